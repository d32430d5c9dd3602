import type { ClusterObject } from "./cluster-object.ts";
import { LAB_ADDRESSES } from "./lab-network.ts";
import { NODE_NAME } from "./pod-fields.ts";
import type { RunningPod } from "./pod-runner.ts";

/** The Pod object with the status that a kubelet would report now. */
export function podReport(pod: RunningPod): ClusterObject {
  const { manifest } = pod;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...manifest.metadata, name: pod.name, namespace: pod.namespace },
    spec: { ...manifest.spec, nodeName: NODE_NAME },
    status: {
      phase: pod.phase(),
      podIP: pod.address,
      podIPs: pod.addresses.map((ip) => ({ ip })),
      hostIP: LAB_ADDRESSES.node,
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Ready", status: pod.ready() ? "True" : "False" },
      ],
      containerStatuses: pod.containers.map(({ name, ready, restarts, done, lastExit }) => ({
        ...{ name, ready, restartCount: restarts },
        state: done ? { terminated: { exitCode: lastExit } } : { running: {} },
      })),
    },
  };
}
