import type { StoredObject } from "../api/object.ts";
import { createLiveObjects } from "../model/live-objects.ts";
import { createKubernetesSource } from "../source/kubernetes/kubernetes-source.ts";
import { createLogger } from "../telemetry/logger.ts";

/** Everything fairlead reads of the cluster that kubectl talks to, once. */
export async function clusterObjects(): Promise<readonly StoredObject[]> {
  const end = new AbortController();
  const objects = createLiveObjects();
  const log = createLogger({ name: "fairlead", level: "silent" });
  try {
    await createKubernetesSource({ namespace: "istio-system", log, report: () => undefined }).start(objects.apply, end.signal);
    return [...objects.all()];
  } finally {
    end.abort();
  }
}
