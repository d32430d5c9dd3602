import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiClient, createApiClient } from "../../src/source/kubernetes/api-client.ts";
import { type Child, freePorts, startChild, until } from "./child.ts";

/** A real kube-apiserver with a real etcd, on loopback, with nothing in it but what the server makes itself. */
export interface ApiServer {
  readonly url: string;
  /** PEM that clients trust. */
  readonly ca: string;
  /** Path of a kubeconfig of a cluster administrator. */
  readonly kubeconfig: string;
  /** PEM file of the key that checks service-account tokens. */
  readonly serviceAccountPublicKeyFile: string;
  /** A client with an administrator's rights; closed by `stop`. */
  readonly admin: ApiClient;
  /** A token of a service account by TokenRequest; the account is made if it is missing. */
  tokenFor(namespace: string, serviceAccount: string, audience: string): Promise<string>;
  /** Ends the API server as a crash does; etcd goes on. */
  kill(): Promise<void>;
  /** Starts it again on the same port and waits until it is ready. */
  restart(): Promise<void>;
  /** Has etcd forget its history, so that older versions are answered by 410 once the API server restarts. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiServerOptions {
  /** Runs the kube-controller-manager too: namespaces end, service accounts and endpoint slices appear. */
  readonly controllerManager?: boolean;
  /** More flags of kube-apiserver. */
  readonly args?: readonly string[];
}

interface Paths {
  readonly dir: string;
  readonly ports: { readonly api: number; readonly etcd: number; readonly peer: number; readonly manager: number };
  readonly token: string;
}

export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const dir = mkdtempSync(join(tmpdir(), "fairlead-api-"));
  const [api = 0, etcd = 0, peer = 0, manager = 0] = await freePorts(4);
  const paths: Paths = { dir, ports: { api, etcd, peer, manager }, token: randomBytes(16).toString("hex") };
  writeKeys(paths);
  const etcdChild = startEtcd(paths);
  const children: Child[] = [etcdChild];
  const cleared = (): void => rmSync(dir, { recursive: true, force: true });
  process.once("exit", cleared);
  const stopAll = async (): Promise<void> => {
    await Promise.all(children.reverse().map((child) => child.stop("SIGKILL")));
    process.off("exit", cleared);
    cleared();
  };
  try {
    let server = await startServer(paths, options);
    children.push(server);
    const ca = readFileSync(join(dir, "certs/apiserver.crt"), "utf8");
    const admin = createApiClient({ current: async () => ({ server: url(paths), ca, authorization: `Bearer ${paths.token}` }) });
    const kubeconfig = writeKubeconfig(paths, ca);
    if (options.controllerManager) children.push(startManager(paths, kubeconfig));
    return {
      url: url(paths),
      ca,
      kubeconfig,
      serviceAccountPublicKeyFile: join(dir, "sa.pub"),
      admin,
      tokenFor: (namespace, account, audience) => requestToken(admin, `/api/v1/namespaces/${namespace}/serviceaccounts`, account, audience),
      kill: () => server.stop("SIGKILL"),
      restart: async () => {
        server = await startServer(paths, options);
        children.push(server);
      },
      compact: () => compact(paths),
      stop: async () => {
        await admin.close();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

const url = (paths: Paths): string => `https://127.0.0.1:${paths.ports.api}`;

function writeKeys({ dir, token }: Paths): void {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(dir, "sa.key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(join(dir, "sa.pub"), publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(join(dir, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
}

function startEtcd({ dir, ports }: Paths): Child {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  const args = ["--data-dir", join(dir, "etcd"), "--unsafe-no-fsync", "--log-level", "warn"];
  args.push("--listen-client-urls", client, "--advertise-client-urls", client);
  args.push("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`);
  return startChild("etcd", args, join(dir, "etcd.log"));
}

async function startServer(paths: Paths, options: ApiServerOptions): Promise<Child> {
  const { dir, ports } = paths;
  const args = ["--etcd-servers", `http://127.0.0.1:${ports.etcd}`, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1"];
  args.push("--secure-port", String(ports.api), "--endpoint-reconciler-type", "none", "--service-cluster-ip-range", "10.0.0.0/24");
  // With --cert-dir the server signs a certificate for itself, and users are known by token: no authority to make.
  args.push("--cert-dir", join(dir, "certs"), "--token-auth-file", join(dir, "tokens.csv"), "--authorization-mode", "RBAC");
  args.push("--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", join(dir, "sa.pub"));
  args.push("--service-account-signing-key-file", join(dir, "sa.key"), "--api-audiences", "https://kubernetes.default.svc,istio-ca");
  if (!options.controllerManager) args.push("--disable-admission-plugins", "ServiceAccount");
  args.push("--allow-privileged", "--enable-priority-and-fairness=false", "--profiling=false", ...(options.args ?? []));
  const child = startChild("kube-apiserver", args, join(dir, "apiserver.log"));
  await until(
    () => isReady(paths, child),
    () => `kube-apiserver does not get ready:\n${child.log()}`,
    60,
  );
  return child;
}

async function isReady(paths: Paths, child: Child): Promise<boolean> {
  if (!child.running()) throw new Error(`kube-apiserver ended:\n${child.log()}`);
  const probe = createApiClient({ current: async () => ({ server: url(paths), insecure: true, authorization: `Bearer ${paths.token}` }) });
  try {
    await probe.json({ path: "/api/v1/namespaces/default" });
    await probe.json({ path: "/api/v1/namespaces/kube-system" });
    const checks = await probe.json<{ code?: number }>({ path: "/readyz" }).catch((error: unknown) => error);
    return checks instanceof SyntaxError; // the answer is `ok`, which is no JSON
  } catch {
    return false;
  } finally {
    await probe.close();
  }
}

function writeKubeconfig(paths: Paths, ca: string): string {
  const file = join(paths.dir, "kubeconfig");
  const cluster = { server: url(paths), "certificate-authority-data": Buffer.from(ca).toString("base64") };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user: { token: paths.token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

function startManager(paths: Paths, kubeconfig: string): Child {
  const args = ["--kubeconfig", kubeconfig, "--bind-address", "127.0.0.1", "--secure-port", String(paths.ports.manager)];
  args.push("--leader-elect=false", "--use-service-account-credentials=false", "--cert-dir", join(paths.dir, "manager-certs"));
  args.push("--service-account-private-key-file", join(paths.dir, "sa.key"), "--controllers=*,-nodeipam,-nodelifecycle,-bootstrapsigner");
  return startChild("kube-controller-manager", args, join(paths.dir, "manager.log"));
}

async function requestToken(admin: ApiClient, accounts: string, account: string, audience: string): Promise<string> {
  const body = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account } };
  await admin.json({ method: "POST", path: accounts, body }).catch(() => undefined);
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { audiences: [audience], expirationSeconds: 600 } };
  const answer = await admin.json<{ status: { token: string } }>({ method: "POST", path: `${accounts}/${account}/token`, body: request });
  return answer.status.token;
}

async function compact({ ports }: Paths): Promise<void> {
  const etcd = (path: string, body: object): Promise<Response> =>
    fetch(`http://127.0.0.1:${ports.etcd}/v3/kv/${path}`, { method: "POST", body: JSON.stringify(body) });
  const { header } = (await (await etcd("range", { key: "eA==" })).json()) as { header: { revision: string } };
  await etcd("compaction", { revision: header.revision, physical: true });
}
