import type { StoredObject } from "../api/object.ts";
import { connectKubernetes } from "../source/kubernetes/connect-kubernetes.ts";
import { readCluster } from "../source/kubernetes/read-cluster.ts";

/** Everything fairlead reads of the cluster that kubectl talks to, once. */
export async function clusterObjects(): Promise<readonly StoredObject[]> {
  const client = connectKubernetes({});
  try {
    return (await readCluster(client, "istio-system")).objects;
  } finally {
    await client.close();
  }
}
