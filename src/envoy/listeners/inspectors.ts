import { create } from "@bufbuild/protobuf";
import { type ListenerFilter, ListenerFilterSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { HttpInspectorSchema } from "../../gen/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb.ts";
import { OriginalDstSchema } from "../../gen/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb.ts";
import { TlsInspectorSchema } from "../../gen/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.ts";
import { configType } from "../wire/typed-config.ts";

/** Does not look at connections to one port. */
function exceptPort(port: number | undefined) {
  return port === undefined
    ? {}
    : { filterDisabled: { rule: { case: "destinationPortRange", value: { start: port, end: port + 1 } } } as const };
}

/** Finds the server name and protocols a TLS caller asks for. */
export function tlsInspector(except?: number): ListenerFilter {
  return create(ListenerFilterSchema, {
    name: "envoy.filters.listener.tls_inspector",
    configType: configType(TlsInspectorSchema, {}),
    ...exceptPort(except),
  });
}

/** Finds out whether a caller speaks HTTP, and which. */
export function httpInspector(except?: number): ListenerFilter {
  return create(ListenerFilterSchema, {
    name: "envoy.filters.listener.http_inspector",
    configType: configType(HttpInspectorSchema, {}),
    ...exceptPort(except),
  });
}

/** Finds the address that a redirected connection was meant for. */
export function originalDestinationFilter(): ListenerFilter {
  return create(ListenerFilterSchema, { name: "envoy.filters.listener.original_dst", configType: configType(OriginalDstSchema, {}) });
}
