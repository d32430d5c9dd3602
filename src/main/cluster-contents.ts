import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ClusterOptions } from "../cli/program.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { connectKubernetes } from "../source/kubernetes/connect-kubernetes.ts";
import { type ClusterContents, readCluster } from "../source/kubernetes/read-cluster.ts";
import { wordsOf } from "./words-of.ts";

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** The library would fall back on localhost:8080, where nobody is, and say only that. */
function demandKubeconfig(): void {
  const { KUBECONFIG: named, KUBERNETES_SERVICE_HOST: inPod } = process.env;
  const usual = join(homedir(), ".kube", "config");
  if (inPod || named || existsSync(usual) || existsSync(SERVICE_ACCOUNT)) {
    return;
  }
  throw new Error(
    `no cluster is known: KUBECONFIG is not set, and there is no ${usual} and no ${SERVICE_ACCOUNT}; write --kubeconfig FILE`,
  );
}

/** Does something with the cluster that the options name. Rejects where none is known. */
export async function withCluster<T>({ kubeconfig }: ClusterOptions, task: (client: ApiClient) => Promise<T>): Promise<T> {
  if (kubeconfig === undefined) {
    demandKubeconfig();
  }
  const client = connectKubernetes(kubeconfig === undefined ? {} : { kubeconfig });
  try {
    return await task(client);
  } finally {
    await client.close();
  }
}

/** Everything fairlead reads of a cluster, once, and what of it could not be read. Rejects where it cannot be asked. */
export function clusterContents(options: ClusterOptions): Promise<ClusterContents> {
  return withCluster(options, async (client) => {
    try {
      return await readCluster(client, options.istioNamespace);
    } catch (error) {
      throw new Error(`the cluster cannot be read: ${wordsOf(error)}`, { cause: error });
    }
  });
}
