// What Envoy 1.40 can fill into headers and log lines. Which commands it knows, and what they take, was asked of it one by one.
import { isCelExpression } from "./cel-expression.ts";
import { isCoalesced } from "./coalesced-commands.ts";

/** Commands that stand alone. */
const PLAIN =
  "ACCESS_LOG_TYPE BYTES_RECEIVED BYTES_RETRANSMITTED BYTES_SENT CONNECTION_ID CONNECTION_TERMINATION_DETAILS " +
  "CUSTOM_FLAGS DOWNSTREAM_CX_RTT DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED " +
  "DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT DOWNSTREAM_DETECTED_CLOSE_TYPE DOWNSTREAM_DIRECT_LOCAL_ADDRESS " +
  "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID DOWNSTREAM_DIRECT_LOCAL_PORT DOWNSTREAM_DIRECT_REMOTE_ADDRESS " +
  "DOWNSTREAM_DIRECT_REMOTE_PORT DOWNSTREAM_HANDSHAKE_DURATION DOWNSTREAM_HEADER_BYTES_RECEIVED " +
  "DOWNSTREAM_HEADER_BYTES_SENT DOWNSTREAM_LOCAL_ADDRESS DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID " +
  "DOWNSTREAM_LOCAL_CLOSE_REASON DOWNSTREAM_LOCAL_DNS_SAN DOWNSTREAM_LOCAL_EMAIL_SAN DOWNSTREAM_LOCAL_IP_SAN " +
  "DOWNSTREAM_LOCAL_OTHERNAME_SAN DOWNSTREAM_LOCAL_PORT DOWNSTREAM_LOCAL_SUBJECT DOWNSTREAM_LOCAL_URI_SAN " +
  "DOWNSTREAM_PEER_CERT DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_1 DOWNSTREAM_PEER_CHAIN_FINGERPRINTS_256 " +
  "DOWNSTREAM_PEER_CHAIN_SERIALS DOWNSTREAM_PEER_DNS_SAN DOWNSTREAM_PEER_EMAIL_SAN DOWNSTREAM_PEER_FINGERPRINT_1 " +
  "DOWNSTREAM_PEER_FINGERPRINT_256 DOWNSTREAM_PEER_IP_SAN DOWNSTREAM_PEER_ISSUER " +
  "DOWNSTREAM_PEER_ISSUER_FINGERPRINT_256 DOWNSTREAM_PEER_ISSUER_SERIAL DOWNSTREAM_PEER_OTHERNAME_SAN " +
  "DOWNSTREAM_PEER_SERIAL DOWNSTREAM_PEER_SUBJECT DOWNSTREAM_PEER_URI_SAN DOWNSTREAM_REMOTE_ADDRESS " +
  "DOWNSTREAM_REMOTE_PORT DOWNSTREAM_TLS_CIPHER DOWNSTREAM_TLS_GROUP DOWNSTREAM_TLS_SESSION_ID DOWNSTREAM_TLS_VERSION " +
  "DOWNSTREAM_TRANSPORT_FAILURE_REASON DOWNSTREAM_WIRE_BYTES_RECEIVED DOWNSTREAM_WIRE_BYTES_SENT DURATION " +
  "FILTER_CHAIN_NAME GRPC_STATUS_NUMBER HOSTNAME LISTENER_NAME LOCAL_REPLY_BODY PACKETS_RETRANSMITTED PROTOCOL " +
  "REQUESTED_SERVER_NAME REQUEST_DURATION REQUEST_HEADERS_BYTES REQUEST_TX_DURATION RESPONSE_CODE RESPONSE_DURATION " +
  "RESPONSE_FLAGS RESPONSE_FLAGS_LONG RESPONSE_HEADERS_BYTES RESPONSE_TRAILERS_BYTES RESPONSE_TX_DURATION " +
  "ROUNDTRIP_DURATION ROUTE_NAME ROUTE_RESOLUTION_COUNT ROUTE_RESOLUTION_TIME_US SPAN_ID STREAM_ID TLS_JA3_FINGERPRINT " +
  "TLS_JA4_FINGERPRINT TRACE_ID UNIQUE_ID UPSTREAM_CLUSTER UPSTREAM_CLUSTER_RAW UPSTREAM_CONNECTION_ID " +
  "UPSTREAM_CONNECTION_IDS_ATTEMPTED UPSTREAM_CONNECTION_POOL_READY_DURATION " +
  "UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT UPSTREAM_DETECTED_CLOSE_TYPE " +
  "UPSTREAM_HEADER_BYTES_RECEIVED UPSTREAM_HEADER_BYTES_SENT UPSTREAM_HOST UPSTREAM_HOSTS_ATTEMPTED " +
  "UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT UPSTREAM_HOST_NAME UPSTREAM_HOST_NAMES_ATTEMPTED " +
  "UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT UPSTREAM_HOST_NAME_WITHOUT_PORT UPSTREAM_LOCAL_ADDRESS " +
  "UPSTREAM_LOCAL_CLOSE_REASON UPSTREAM_LOCAL_DNS_SAN UPSTREAM_LOCAL_IP_SAN UPSTREAM_LOCAL_PORT UPSTREAM_LOCAL_URI_SAN " +
  "UPSTREAM_PEER_CERT UPSTREAM_PEER_DNS_SAN UPSTREAM_PEER_IP_SAN UPSTREAM_PEER_ISSUER UPSTREAM_PEER_SUBJECT " +
  "UPSTREAM_PEER_URI_SAN UPSTREAM_PROTOCOL UPSTREAM_REMOTE_ADDRESS UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID " +
  "UPSTREAM_REMOTE_PORT UPSTREAM_REQUEST_ATTEMPT_COUNT UPSTREAM_SERVER_NAME UPSTREAM_TLS_CIPHER UPSTREAM_TLS_GROUP " +
  "UPSTREAM_TLS_SESSION_ID UPSTREAM_TLS_VERSION UPSTREAM_TRANSPORT_FAILURE_REASON UPSTREAM_WIRE_BYTES_RECEIVED " +
  "UPSTREAM_WIRE_BYTES_SENT VIRTUAL_CLUSTER_NAME";

/** Commands that may take the form of a time. */
const TIMES =
  "DOWNSTREAM_PEER_CERT_V_END DOWNSTREAM_PEER_CERT_V_START EMIT_TIME EMIT_TIME_LOCAL START_TIME START_TIME_LOCAL " +
  "UPSTREAM_PEER_CERT_V_END UPSTREAM_PEER_CERT_V_START";

/** Commands that may take anything. */
const MAY_TAKE =
  "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT " +
  "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT RESPONSE_CODE_DETAILS " +
  "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT";

/** Commands that take something, and may be cut: `%REQ(x-a):10%`. */
const HEADERS = "REQ REQUEST_HEADER RESP RESPONSE_HEADER RESPONSE_TRAILER STREAM_INFO_REQ TRAILER";
const NAMED = "DYNAMIC_METADATA ENVIRONMENT QUERY_PARAM";

/** Whether a command can take a text, and be cut to a length in decimal digits. */
type Test = (taken: string, length: string | undefined) => boolean;

const TOKEN = "[-!#$%&'*+.^_`|~0-9A-Za-z]+";
/** The name of a header, and of another one that stands in for it. */
const HEADER = new RegExp(`^(?=.)(?::?${TOKEN})?(?:\\?(?::?${TOKEN})?)?$`);
/** A line break has no place in a header. */
const BREAK = /%[-_0^#]*[1-9]*[EO]?n/;
const PLACES = ["ROUTE", "CLUSTER", "UPSTREAM_HOST", "DYNAMIC", "LISTENER", "LISTENER_FILTER_CHAIN", "VIRTUAL_HOST"];

const oneOf =
  (...words: readonly string[]): Test =>
  (taken) =>
    words.includes(taken);

/** A key; how it is written; a field, where one of those is asked for. */
const isState: Test = (taken) => {
  const [key, form = "", field = ""] = taken.split(":");
  return key !== "" && (form === "FIELD" ? field !== "" : ["", "PLAIN", "TYPED"].includes(form) && field === "");
};

const isDuration: Test = (taken) => {
  const [, end, unit, more] = taken.split(":");
  return end !== undefined && more === undefined && (unit === undefined || ["ms", "us", "ns"].includes(unit));
};

const isPath: Test = (taken) => {
  const [query = "", source = ""] = taken.split(":");
  return ["", "WQ", "NQ"].includes(query) && ["", "ORIG", "PATH", "ORIG_OR_PATH"].includes(source);
};

/** A command that cannot be cut. */
const uncut =
  (test: Test): Test =>
  (taken, length) =>
    length === undefined && test(taken, length);

const isSomething: Test = (taken) => taken !== "";

const TESTS: readonly (readonly [names: string, test: Test])[] = [
  [PLAIN, uncut(oneOf(""))],
  [TIMES, uncut((taken) => !BREAK.test(taken))],
  [MAY_TAKE, uncut(() => true)],
  [HEADERS, (taken) => HEADER.test(taken)],
  [NAMED, isSomething],
  ["UPSTREAM_METADATA CLUSTER_METADATA", uncut(isSomething)],
  ["METADATA", (taken) => PLACES.includes(taken.split(":", 1)[0] ?? "")],
  ["FILTER_STATE UPSTREAM_FILTER_STATE", isState],
  ["COMMON_DURATION", uncut(isDuration)],
  ["GRPC_STATUS", uncut(oneOf("", "CAMEL_STRING", "SNAKE_STRING", "NUMBER"))],
  ["PATH", isPath],
  ["QUERY_PARAMS", oneOf("", "ORIG", "DECODED")],
  ["CEL TYPED_CEL", isCelExpression],
  ["COALESCE", (taken) => isCoalesced(taken, (name, ...given) => BY_NAME.get(name)?.(...given) ?? false)],
];

const BY_NAME: ReadonlyMap<string, Test> = new Map(TESTS.flatMap(([names, test]) => names.split(" ").map((name) => [name, test] as const)));

const MOST_LENGTH = 2n ** 64n - 1n;
const COMMAND = /%%|%([A-Z0-9_]+)(?:\((.*?)\))?(?::([0-9]+))?%/y;

function commandFault(text: string, at: number): string | undefined {
  COMMAND.lastIndex = at;
  const found = COMMAND.exec(text);
  if (found === null) return "a percent sign begins no %COMMAND%";
  const [whole, name, taken = "", length] = found;
  if (name === undefined) return undefined;
  const test = BY_NAME.get(name);
  if (test === undefined) return `${whole} is not a command that Envoy knows`;
  const fits = BigInt(length ?? 0) <= MOST_LENGTH && test(taken, length);
  return fits ? undefined : `${whole} cannot be filled in so`;
}

/** Why a text cannot be a header's value or a line of the log, in which `%COMMAND(…):LENGTH%` is filled in; absent where it can. */
export function formatFault(text: string): string | undefined {
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", COMMAND.lastIndex)) {
    const fault = commandFault(text, at);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
