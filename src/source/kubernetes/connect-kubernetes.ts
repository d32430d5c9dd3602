import type { ApiAccess } from "./api-access.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { createInClusterAccess } from "./in-cluster-access.ts";
import { createKubeconfigAccess } from "./kubeconfig-access.ts";

export interface ConnectOptions {
  /** A kubeconfig file; absent: the pod's own service account, and outside a pod kubectl's defaults. */
  readonly kubeconfig?: string;
}

/** A client of the API server that these options name. Nothing is read or dialled before the first request. */
export function connectKubernetes(options: ConnectOptions): ApiClient {
  return createApiClient(accessOf(options));
}

function accessOf({ kubeconfig }: ConnectOptions): ApiAccess {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  if (kubeconfig === undefined && host) return createInClusterAccess({ host, port });
  return createKubeconfigAccess(kubeconfig);
}
