import type { EndpointSliceBody } from "../../api/core/core.ts";
import type { ServiceEntrySpec } from "../../api/networking/service-entry.ts";
import { isKind } from "../../api/object.ts";
import type { Index } from "../fact.ts";

export type EntryEndpoints = NonNullable<ServiceEntrySpec["endpoints"]>;

/** Endpoints written in a ServiceEntry, by its `namespace/name`. */
export const entryEndpoints: Index<EntryEndpoints> = {
  name: "endpoints-of-entry",
  kinds: ["ServiceEntry"],
  *entries(object) {
    if (isKind("ServiceEntry", object) && object.spec.endpoints !== undefined) {
      yield [`${object.metadata.namespace}/${object.metadata.name}`, object.spec.endpoints];
    }
  },
};

const SERVICE_NAME = "kubernetes.io/service-name";

/** EndpointSlices of a Kubernetes Service, by the Service's `namespace/name`. */
export const serviceSlices: Index<EndpointSliceBody> = {
  name: "slices-of-service",
  kinds: ["EndpointSlice"],
  *entries(object) {
    const service = object.metadata.labels[SERVICE_NAME];
    if (isKind("EndpointSlice", object) && service !== undefined) {
      yield [`${object.metadata.namespace}/${service}`, object.spec];
    }
  },
};
