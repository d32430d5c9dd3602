import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Filter, FilterSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import type { RouteConfiguration } from "../../gen/envoy/config/route/v3/route_pb.ts";
import { CorsSchema } from "../../gen/envoy/extensions/filters/http/cors/v3/cors_pb.ts";
import { HTTPFaultSchema } from "../../gen/envoy/extensions/filters/http/fault/v3/fault_pb.ts";
import { FilterConfigSchema as GrpcStatsSchema } from "../../gen/envoy/extensions/filters/http/grpc_stats/v3/config_pb.ts";
import { RouterSchema } from "../../gen/envoy/extensions/filters/http/router/v3/router_pb.ts";
import {
  HttpConnectionManager_PathWithEscapedSlashesAction as EscapedSlashes,
  HttpConnectionManager_ForwardClientCertDetails as ForwardClientCert,
  HttpConnectionManagerSchema,
  type HttpFilter,
  HttpFilterSchema,
} from "../../gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import { CORS_FILTER } from "../routes/cors.ts";
import { FAULT_FILTER } from "../routes/fault.ts";
import { adsSource } from "../wire/config-source.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { configType } from "../wire/typed-config.ts";
import { wireDuration } from "../wire/wire-duration.ts";
import { accessLogs } from "./access-log.ts";
import type { ListenerSettings } from "./listener-settings.ts";

type Part = MessagePart<typeof HttpConnectionManagerSchema>;

export interface HttpManagerInput {
  /** Which way requests go, as seen from the workload; a gateway is neither. */
  readonly side: "inbound" | "outbound" | "gateway";
  readonly statPrefix: string;
  /** The name of a route configuration that the control plane serves, or the routes themselves. */
  readonly routes: string | RouteConfiguration;
  readonly settings: ListenerSettings;
}

function filter<D extends DescMessage>(name: string, schema: D, init: MessageInitShape<D>): HttpFilter {
  return create(HttpFilterSchema, { name, configType: configType(schema, init) });
}

function httpFilters(): HttpFilter[] {
  return [
    filter("envoy.filters.http.grpc_stats", GrpcStatsSchema, {
      emitFilterState: true,
      perMethodStatSpecifier: { case: "statsForAllMethods", value: { value: false } },
    }),
    filter(FAULT_FILTER, HTTPFaultSchema, {}),
    filter(CORS_FILTER, CorsSchema, {}),
    filter("envoy.filters.http.router", RouterSchema, {}),
  ];
}

const SERVER_NAME = "istio-envoy";
const CALLER_DETAILS = { subject: true, dns: true, uri: true };

/** Whom a side believes about who calls, and how it names itself. */
const SIDES: Readonly<Record<HttpManagerInput["side"], Part>> = {
  outbound: { useRemoteAddress: false },
  inbound: {
    useRemoteAddress: false,
    serverName: SERVER_NAME,
    forwardClientCertDetails: ForwardClientCert.APPEND_FORWARD,
    setCurrentClientCertDetails: CALLER_DETAILS,
  },
  gateway: {
    useRemoteAddress: true,
    serverName: SERVER_NAME,
    forwardClientCertDetails: ForwardClientCert.SANITIZE_SET,
    setCurrentClientCertDetails: CALLER_DETAILS,
  },
};

function routeSpecifier(routes: HttpManagerInput["routes"]): NonNullable<Part["routeSpecifier"]> {
  return typeof routes === "string"
    ? { case: "rds", value: { configSource: adsSource(), routeConfigName: routes } }
    : { case: "routeConfig", value: routes };
}

/** The network filter that speaks HTTP, with the settings that all our listeners share. */
export function httpConnectionManager({ side, statPrefix, routes, settings }: HttpManagerInput): Filter {
  const unlimited = wireDuration("0s");
  const config = create(HttpConnectionManagerSchema, {
    statPrefix,
    routeSpecifier: routeSpecifier(routes),
    httpFilters: httpFilters(),
    accessLog: accessLogs(settings.accessLog),
    ...(unlimited && { streamIdleTimeout: unlimited }),
    normalizePath: true,
    pathWithEscapedSlashesAction: EscapedSlashes.KEEP_UNCHANGED,
    proxy100Continue: true,
    upgradeConfigs: [{ upgradeType: "websocket" }],
    ...SIDES[side],
  });
  return create(FilterSchema, {
    name: "envoy.filters.network.http_connection_manager",
    configType: configType(HttpConnectionManagerSchema, config),
  });
}
