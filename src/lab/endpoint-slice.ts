import { type ClusterObject, type ServicePortFields, serviceFields } from "./cluster-object.ts";
import { NODE_NAME } from "./pod-fields.ts";
import type { RunningPod } from "./pod-runner.ts";

/** The EndpointSlice that Kubernetes' controller would write for a Service: its selector's pods, ready or not. */
export function endpointSlice(service: ClusterObject, pods: readonly RunningPod[]): ClusterObject {
  const { selector = {}, ports = [] } = serviceFields(service);
  const namespace = service.metadata.namespace ?? "default";
  const chosen = pods.filter((pod) => pod.namespace === namespace && matches(selector, pod.manifest.metadata.labels ?? {}));
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${service.metadata.name}-lab`,
      namespace,
      labels: { ...service.metadata.labels, "kubernetes.io/service-name": service.metadata.name },
    },
    addressType: "IPv4",
    ports: ports.map((port) => slicePort(port, chosen)),
    endpoints: chosen.map((pod) => ({
      addresses: [pod.address],
      conditions: { ready: pod.ready(), serving: pod.ready(), terminating: false },
      nodeName: NODE_NAME,
      targetRef: { kind: "Pod", name: pod.name, namespace },
    })),
  };
}

function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function slicePort(port: ServicePortFields, pods: readonly RunningPod[]): Record<string, unknown> {
  const { name = "", protocol = "TCP", appProtocol } = port;
  return { name, port: targetPort(port, pods), protocol, ...(appProtocol ? { appProtocol } : {}) };
}

function targetPort(port: ServicePortFields, pods: readonly RunningPod[]): number {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  const containers = pods.flatMap((pod) => pod.manifest.spec.containers);
  const declared = containers.flatMap((container) => (container["ports"] ?? []) as readonly { name?: string; containerPort: number }[]);
  return declared.find((candidate) => candidate.name === target)?.containerPort ?? port.port;
}
