import { create } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { ConnectionPool } from "../../api/networking/connection-pool.ts";
import type { Protocol } from "../../base/protocol.ts";
import {
  type HttpProtocolOptions,
  HttpProtocolOptionsSchema,
} from "../../gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { typedConfig } from "../wire/typed-config.ts";
import { wireDuration } from "../wire/wire-duration.ts";

type HttpPool = NonNullable<ConnectionPool["http"]>;
type Choice = NonNullable<MessagePart<typeof HttpProtocolOptionsSchema>["upstreamProtocolOptions"]>;

export interface HttpProtocolInput {
  readonly protocol: Protocol;
  readonly pool?: ConnectionPool | undefined;
  /** The server name asked for is the request's host, and its certificate must carry it. */
  readonly autoSni?: { readonly validate: boolean } | undefined;
}

const EXTENSION = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/** Whether requests go upstream as HTTP/2, whatever the caller spoke. */
export function speaksHttp2(protocol: Protocol, pool: ConnectionPool | undefined): boolean {
  const upgraded = protocol === "HTTP" && pool?.http?.h2UpgradePolicy === "UPGRADE";
  return protocol === "HTTP2" || protocol === "GRPC" || upgraded;
}

function http2Options(pool: HttpPool | undefined) {
  const { maxConcurrentStreams, http2KeepAlive } = pool ?? {};
  return {
    ...(maxConcurrentStreams && { maxConcurrentStreams }),
    ...(http2KeepAlive && {
      connectionKeepalive: { interval: wireDuration(http2KeepAlive.interval), timeout: wireDuration(http2KeepAlive.timeout ?? "20s") },
    }),
  };
}

function protocolChoice({ protocol, pool }: HttpProtocolInput): Choice {
  const http2ProtocolOptions = http2Options(pool?.http);
  if (protocol === "auto" || pool?.http?.useClientProtocol) {
    return { case: "useDownstreamProtocolConfig", value: { httpProtocolOptions: {}, http2ProtocolOptions } };
  }
  const http2 = { case: "http2ProtocolOptions", value: http2ProtocolOptions } as const;
  const http1 = { case: "httpProtocolOptions", value: {} } as const;
  return { case: "explicitHttpConfig", value: { protocolConfig: speaksHttp2(protocol, pool) ? http2 : http1 } };
}

function connectionOptions(pool: ConnectionPool | undefined) {
  const { idleTimeout, maxRequestsPerConnection } = pool?.http ?? {};
  const maxConnectionDuration = wireDuration(pool?.tcp?.maxConnectionDuration);
  const options = {
    ...(idleTimeout !== undefined && { idleTimeout: wireDuration(idleTimeout) }),
    ...(maxRequestsPerConnection && { maxRequestsPerConnection }),
    ...(maxConnectionDuration && { maxConnectionDuration }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

/** What a cluster says about HTTP, under the name of its extension; empty where Envoy's defaults are meant. */
export function httpProtocol(input: HttpProtocolInput): Record<string, Any> {
  const commonHttpProtocolOptions = connectionOptions(input.pool);
  const upstreamProtocolOptions = protocolChoice(input);
  const isDefault =
    upstreamProtocolOptions.case === "explicitHttpConfig" && upstreamProtocolOptions.value.protocolConfig?.case === "httpProtocolOptions";
  if (isDefault && commonHttpProtocolOptions === undefined && input.autoSni === undefined) {
    return {};
  }
  const options: HttpProtocolOptions = create(HttpProtocolOptionsSchema, {
    upstreamProtocolOptions,
    ...(commonHttpProtocolOptions && { commonHttpProtocolOptions }),
    ...(input.autoSni && { upstreamHttpProtocolOptions: { autoSni: true, autoSanValidation: input.autoSni.validate } }),
  });
  return { [EXTENSION]: typedConfig(HttpProtocolOptionsSchema, options) };
}
