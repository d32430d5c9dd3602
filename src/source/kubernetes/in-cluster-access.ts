import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApiAccess } from "./api-access.ts";

/** Where the kubelet puts a pod's own credentials. */
export const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  readonly host: string;
  readonly port: string;
  readonly dir?: string;
}

/** Access from inside a pod. Token and CA are read anew each time: the kubelet replaces both while we run. */
export function createInClusterAccess(options: InClusterOptions): ApiAccess {
  const dir = options.dir ?? SERVICE_ACCOUNT_DIR;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    current: async () => {
      const [token, ca] = await Promise.all([readFile(join(dir, "token"), "utf8"), readFile(join(dir, "ca.crt"), "utf8")]);
      return { server: `https://${host}:${options.port}`, ca, authorization: `Bearer ${token.trim()}` };
    },
  };
}
