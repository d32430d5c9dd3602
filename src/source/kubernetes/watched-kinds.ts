import type { Kind } from "../../api/object.ts";
import type { Collection } from "./reflector.ts";

const istio = (kind: Kind, plural: string): Collection => ({
  path: `/apis/networking.istio.io/v1/${plural}`,
  apiVersion: "networking.istio.io/v1",
  kind,
});

const core = (kind: Kind, plural: string): Collection => ({ path: `/api/v1/${plural}`, apiVersion: "v1", kind });

/** Every kind that is watched in all namespaces. The mesh's ConfigMap is watched beside them, by its name. */
export const WATCHED_COLLECTIONS: readonly (Collection & { readonly kind: Kind })[] = [
  istio("ServiceEntry", "serviceentries"),
  istio("VirtualService", "virtualservices"),
  istio("DestinationRule", "destinationrules"),
  istio("Gateway", "gateways"),
  istio("Sidecar", "sidecars"),
  istio("WorkloadEntry", "workloadentries"),
  istio("WorkloadGroup", "workloadgroups"),
  core("Service", "services"),
  core("Pod", "pods"),
  core("Namespace", "namespaces"),
  { path: "/apis/discovery.k8s.io/v1/endpointslices", apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
].map((collection) => collection as Collection & { readonly kind: Kind });
