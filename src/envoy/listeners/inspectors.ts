import { create } from "@bufbuild/protobuf";
import { TPROXY_MARK } from "../../base/tproxy-mark.ts";
import {
  type ListenerFilter,
  type ListenerFilterChainMatchPredicate,
  ListenerFilterChainMatchPredicateSchema,
  ListenerFilterSchema,
} from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { HttpInspectorSchema } from "../../gen/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb.ts";
import { OriginalDstSchema } from "../../gen/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb.ts";
import { OriginalSrcSchema } from "../../gen/envoy/extensions/filters/listener/original_src/v3/original_src_pb.ts";
import { TlsInspectorSchema } from "../../gen/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.ts";
import { Int32RangeSchema } from "../../gen/envoy/type/v3/range_pb.ts";
import { configType } from "../wire/typed-config.ts";

/** What the inspector finds in plain HTTP. */
export const PLAIN_HTTP = ["http/1.1", "h2c"];

type Rule = ListenerFilterChainMatchPredicate["rule"];

const portRule = (port: number): Rule => ({
  case: "destinationPortRange",
  value: create(Int32RangeSchema, { start: port, end: port + 1 }),
});

/** Does not look at connections to these ports. */
function exceptPorts(ports: readonly number[]) {
  const [only, ...more] = [...new Set(ports)]
    .sort((a, b) => a - b)
    .map((port) => create(ListenerFilterChainMatchPredicateSchema, { rule: portRule(port) }));
  if (only === undefined) {
    return {};
  }
  const rules = [only, ...more];
  return { filterDisabled: more.length === 0 ? only : { rule: { case: "orMatch", value: { rules } } as const } };
}

/** Finds the server name and protocols a TLS caller asks for. */
export function tlsInspector(...except: readonly number[]): ListenerFilter {
  return create(ListenerFilterSchema, {
    name: "envoy.filters.listener.tls_inspector",
    configType: configType(TlsInspectorSchema, {}),
    ...exceptPorts(except),
  });
}

/** Finds out whether a caller speaks HTTP, and which. */
export function httpInspector(...except: readonly number[]): ListenerFilter {
  return create(ListenerFilterSchema, {
    name: "envoy.filters.listener.http_inspector",
    configType: configType(HttpInspectorSchema, {}),
    ...exceptPorts(except),
  });
}

/** Calls the app from the caller's address. The mark leads the app's answers back to Envoy. */
export function originalSourceFilter(): ListenerFilter {
  return create(ListenerFilterSchema, {
    name: "envoy.filters.listener.original_src",
    configType: configType(OriginalSrcSchema, { mark: TPROXY_MARK }),
  });
}

/** Finds the address that a redirected connection was meant for. */
export function originalDestinationFilter(): ListenerFilter {
  return create(ListenerFilterSchema, { name: "envoy.filters.listener.original_dst", configType: configType(OriginalDstSchema, {}) });
}
