/**
 * A connected proxy as we know it, not as it says: namespace and service account are proven by its certificate, labels and
 * addresses are those of the Pod or WorkloadEntry in the store.
 */
export interface ProxyNode {
  /** The node id it sent: `sidecar~10.0.0.7~client-1.entry~entry.svc.cluster.local`. */
  readonly id: string;
  readonly type: "sidecar" | "router";
  /** Key of the Pod (or WorkloadEntry) it belongs to: name and namespace. */
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** As it says itself: its agent answers DNS queries of names that it is told. Nothing but its own configuration follows from it. */
  readonly answersDns?: boolean;
}
