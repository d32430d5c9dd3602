import type { JsonObject } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { type Metadata, MetadataSchema } from "../../gen/envoy/config/core/v3/base_pb.ts";

/** The path by which Istio's tools know the object that gave a cluster or route. */
export function configPath(
  kind: "virtual-service" | "destination-rule",
  object: { readonly namespace: string; readonly name: string },
): string {
  return `/apis/networking.istio.io/v1/namespaces/${object.namespace}/${kind}/${object.name}`;
}

/** Metadata under the name `istio`. */
export function istioMetadata(fields: JsonObject): Metadata {
  return create(MetadataSchema, { filterMetadata: { istio: fields } });
}
