import { POD_NAMESPACE_NAME } from "./pod-review.ts";

/** A pod whose sidecar is simulated. */
export interface HerdPod {
  readonly name: string;
  readonly address: string;
  /** As its sidecar names itself. */
  readonly nodeId: string;
  /** As the control plane knows it. */
  readonly object: object;
}

export function herdPod(index: number): HerdPod {
  const [name, namespace, address] = [`pod-${index}`, POD_NAMESPACE_NAME, `10.1.${index >> 8}.${index & 255}`];
  const metadata = { name, namespace, labels: { app: "web" } };
  const spec = { serviceAccountName: "default", containers: [{ name: "app", image: "registry.example.com/shop/app:1.2.3" }] };
  return {
    name,
    address,
    nodeId: `sidecar~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    object: { apiVersion: "v1", kind: "Pod", metadata, spec, status: { podIP: address, phase: "Running" } },
  };
}
