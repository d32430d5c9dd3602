import type { KubeConfig } from "@kubernetes/client-node";
import type { ApiAccess, Credentials } from "./api-access.ts";

/** Access by a kubeconfig file and its current context, with every way of signing in that kubectl's users have. */
export function createKubeconfigAccess(file?: string): ApiAccess {
  let loading: Promise<KubeConfig> | undefined;
  return {
    current: async () => {
      loading ??= load(file);
      return credentials(await loading);
    },
  };
}

async function load(file: string | undefined): Promise<KubeConfig> {
  // 650 ms and 90 MB: only who reads a kubeconfig pays for it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  return config;
}

interface HttpsOptions {
  headers: Record<string, string>;
  auth?: string;
  ca?: Buffer | string;
  cert?: Buffer | string;
  key?: Buffer | string;
}

async function credentials(config: KubeConfig): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error("the kubeconfig names no cluster in its current context: set current-context, or give another file by --kubeconfig");
  }
  const options: HttpsOptions = { headers: {} };
  await config.applyToHTTPSOptions(options as never);
  const authorization = options.headers.Authorization ?? basic(options.auth);
  return {
    server: cluster.server.replace(/\/+$/, ""),
    ...(cluster.skipTLSVerify && { insecure: true }),
    ...(cluster.tlsServerName && { serverName: cluster.tlsServerName }),
    ...(options.ca && { ca: String(options.ca) }),
    ...(options.cert && { cert: String(options.cert) }),
    ...(options.key && { key: String(options.key) }),
    ...(authorization && { authorization }),
  };
}

function basic(auth: string | undefined): string | undefined {
  return auth === undefined ? undefined : `Basic ${Buffer.from(auth).toString("base64")}`;
}
