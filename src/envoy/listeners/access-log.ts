import { create, type JsonObject } from "@bufbuild/protobuf";
import { logFormatFault } from "../../base/log-format-fault.ts";
import { type AccessLog, AccessLogSchema } from "../../gen/envoy/config/accesslog/v3/accesslog_pb.ts";
import {
  type SubstitutionFormatString,
  SubstitutionFormatStringSchema,
} from "../../gen/envoy/config/core/v3/substitution_format_string_pb.ts";
import { FileAccessLogSchema } from "../../gen/envoy/extensions/access_loggers/file/v3/file_pb.ts";
import { StderrAccessLogSchema, StdoutAccessLogSchema } from "../../gen/envoy/extensions/access_loggers/stream/v3/stream_pb.ts";
import { configType } from "../wire/typed-config.ts";
import type { AccessLogSettings } from "./listener-settings.ts";

/** Fields in the order of Istio's default line; what scripts and dashboards read. */
const FIELDS: readonly (readonly [name: string, command: string, around?: string])[] = [
  ["start_time", "%START_TIME%", "[]"],
  ["method", "%REQ(:METHOD)%"],
  ["path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"],
  ["protocol", "%PROTOCOL%"],
  ["response_code", "%RESPONSE_CODE%"],
  ["response_flags", "%RESPONSE_FLAGS%"],
  ["response_code_details", "%RESPONSE_CODE_DETAILS%"],
  ["connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"],
  ["upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%", '""'],
  ["bytes_received", "%BYTES_RECEIVED%"],
  ["bytes_sent", "%BYTES_SENT%"],
  ["duration", "%DURATION%"],
  ["upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"],
  ["x_forwarded_for", "%REQ(X-FORWARDED-FOR)%", '""'],
  ["user_agent", "%REQ(USER-AGENT)%", '""'],
  ["request_id", "%REQ(X-REQUEST-ID)%", '""'],
  ["authority", "%REQ(:AUTHORITY)%", '""'],
  ["upstream_host", "%UPSTREAM_HOST%", '""'],
  ["upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"],
  ["upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"],
  ["downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"],
  ["downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"],
  ["requested_server_name", "%REQUESTED_SERVER_NAME%"],
  ["route_name", "%ROUTE_NAME%"],
];

function defaultLine(): string {
  const parts = FIELDS.map(([, command, around = ""]) => `${around.slice(0, 1)}${command}${around.slice(1)}`);
  const [time, method, path, protocol, ...rest] = parts;
  return `${time} "${method} ${path} ${protocol}" ${rest.join(" ")}\n`;
}

function asObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** A format that Envoy would refuse would take all listeners with it; validation tells the user, the usual line stands meanwhile. */
function soundFormat({ format, encoding = "TEXT" }: AccessLogSettings): string | undefined {
  return format && logFormatFault(format, encoding) === undefined ? format : undefined;
}

function lineFormat(settings: AccessLogSettings): SubstitutionFormatString {
  const { encoding } = settings;
  const format = soundFormat(settings);
  if (encoding === "JSON") {
    const own = format ? asObject(format) : undefined;
    const jsonFormat = own ?? Object.fromEntries(FIELDS.map(([name, command]) => [name, command]));
    return create(SubstitutionFormatStringSchema, { format: { case: "jsonFormat", value: jsonFormat } });
  }
  const inlineString = !format ? defaultLine() : format.endsWith("\n") ? format : `${format}\n`;
  const source = { specifier: { case: "inlineString", value: inlineString } } as const;
  return create(SubstitutionFormatStringSchema, { format: { case: "textFormatSource", value: source } });
}

/** The access logs of a listener or filter: one or none. Standard output is not opened by path: it may be a socket. */
export function accessLogs(settings: AccessLogSettings | undefined): AccessLog[] {
  if (settings === undefined || settings.path === "") {
    return [];
  }
  const accessLogFormat = { case: "logFormat", value: lineFormat(settings) } as const;
  switch (settings.path) {
    case "/dev/stdout":
      return [
        create(AccessLogSchema, {
          name: "envoy.access_loggers.stdout",
          configType: configType(StdoutAccessLogSchema, { accessLogFormat }),
        }),
      ];
    case "/dev/stderr":
      return [
        create(AccessLogSchema, {
          name: "envoy.access_loggers.stderr",
          configType: configType(StderrAccessLogSchema, { accessLogFormat }),
        }),
      ];
    default:
      return [
        create(AccessLogSchema, {
          name: "envoy.access_loggers.file",
          configType: configType(FileAccessLogSchema, { path: settings.path, accessLogFormat }),
        }),
      ];
  }
}
