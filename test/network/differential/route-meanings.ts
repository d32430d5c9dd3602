import fc from "fast-check";
import { both, is, labels, list } from "./given-values.ts";
import { mendHttp, mendRoutes } from "./mended.ts";
import type { Meaning, Meanings } from "./shaped.ts";
import {
  ANY_HOST,
  DURATION,
  DURATION_NEVER_OFF,
  HEADER_NAME,
  HEADER_VALUE,
  LABEL_VALUE,
  MATCHED_NAME,
  NAMESPACES,
  OTHER_NAME,
  of,
  PATH,
  PERCENT,
  PLAIN_HOSTS,
  PORT,
  RANGE,
  REGEX,
  REGEX_REWRITE,
  REQUEST_NAME,
  SUBSET,
  seldom,
  TEXT,
  WEIGHT,
  WHOLE_HOST,
  WHOLE_PERCENT,
} from "./vocabulary.ts";

const STRING_MATCH: Meaning = { oneOf: [["exact", "prefix", "regex"]] };
const TEST_TEXT = fc.oneof(PATH, TEXT, HEADER_VALUE).filter((text) => text !== "");

export const strings: Meanings = {
  uri: STRING_MATCH,
  "uri.exact": is(PATH),
  "uri.prefix": is(PATH.filter((path) => path !== "")),
  "uri.regex": is(REGEX),
  ...Object.fromEntries(
    ["scheme", "method", "authority", "headers{}", "withoutHeaders{}", "queryParams{}", "allowOrigins[]"].flatMap((name) => [
      [name, STRING_MATCH],
      [`${name}.exact`, is(TEST_TEXT)],
      [`${name}.prefix`, is(TEST_TEXT)],
      [`${name}.regex`, is(REGEX)],
    ]),
  ),
  "allowOrigins[]": { ...STRING_MATCH, always: ["exact", "prefix", "regex"] },
};

export const headers: Meanings = {
  "match[].headers": { keys: MATCHED_NAME },
  "match[].withoutHeaders": { keys: MATCHED_NAME },
  "match[].queryParams": {
    keys: seldom(
      TEXT.map((text) => text.slice(0, 1024)).filter((text) => text !== ""),
      of("", "n".repeat(1025)),
    ),
  },
  ...both(["request.set", "request.add"], { keys: REQUEST_NAME }),
  ...both(["response.set", "response.add"], { keys: OTHER_NAME }),
  "set{}": is(HEADER_VALUE),
  "add{}": is(HEADER_VALUE),
  "remove[]": is(OTHER_NAME),
  "allowHeaders[]": is(fc.oneof(HEADER_NAME, of("*"))),
  "exposeHeaders[]": is(fc.oneof(HEADER_NAME, of("*"))),
  httpHeaderName: is(HEADER_NAME),
};

export const destinations: Meanings = {
  "destination.host": is(WHOLE_HOST),
  "mirror.host": is(WHOLE_HOST),
  "egressProxy.host": is(WHOLE_HOST),
  subset: is(SUBSET),
  "destination.port": { always: ["number"] },
  "destination.port.number": is(PORT),
  "mirror.port": { always: ["number"] },
  "mirror.port.number": is(PORT),
  egressProxy: { always: ["port"] },
  "egressProxy.port": { always: ["number"] },
  "egressProxy.port.number": is(PORT),
  weight: is(WEIGHT),
};

export const http: Meanings = {
  "http[]": {
    oneOf: [
      ["route", "redirect", "directResponse", "delegate"],
      ["mirror", "mirrors"],
    ],
    always: ["route", "redirect", "directResponse"],
    mend: mendHttp,
  },
  "match[].port": is(PORT),
  "match[].gateways": list(of("mesh", "g0", "shop/g0", "other/g1", "g1"), 0),
  "match[].sourceLabels": labels,
  "match[].sourceLabels{}": is(LABEL_VALUE),
  "match[].sourceNamespace": is(NAMESPACES),
  redirect: {
    always: ["authority"],
    oneOf: [
      ["port", "derivePort"],
      ["uri", "prefixRewrite"],
    ],
  },
  "redirect.uri": is(PATH),
  "redirect.prefixRewrite": is(PATH.filter((path) => path !== "")),
  "redirect.authority": is(fc.oneof(PLAIN_HOSTS, of("a b", "ü", "host:8080", "%"))),
  "redirect.port": is(PORT),
  "redirect.scheme": is(of("http", "https", "")),
  "redirect.redirectCode": is(of(0, 300, 301, 302, 303, 304, 307, 308, 399)),
  "directResponse.status": is(of(200, 201, 204, 299, 304, 404, 418, 503, 599)),
  "directResponse.body": { oneOf: [["string", "bytes"]] },
  "directResponse.body.string": is(
    seldom(fc.oneof(TEXT, of("%START_TIME%", "x".repeat(5000), "x".repeat(1024 * 1024), "ü".repeat(524_288))), of("y".repeat(1_048_577))),
  ),
  "directResponse.body.bytes": is(seldom(of("", "YQ==", "aGVsbG8=", "QUFB".repeat(400)), of("YQ", "Y Q==", "_-8=", "!!!!"))),
  delegate: { always: ["name"] },
  "delegate.name": is(of("d0", "inner")),
  "delegate.namespace": is(NAMESPACES),
  rewrite: { always: ["authority"], oneOf: [["uri", "uriRegexRewrite"]] },
  "rewrite.uri": is(PATH),
  "rewrite.authority": is(fc.oneof(WHOLE_HOST, of("a b", "ü", "host:80", "%REQ(x)%"))),
  uriRegexRewrite: is(REGEX_REWRITE),
  timeout: is(DURATION_NEVER_OFF),
  retries: { always: ["attempts"] },
  "retries.attempts": is(of(1, 2, 25, 2_147_483_647)),
  "retries.perTryTimeout": is(DURATION),
  "retries.backoff": is(DURATION),
  "retries.retryOn": is(
    seldom(
      of(
        "5xx",
        "gateway-error",
        "503",
        "5xx,404,connect-failure",
        "retriable-headers",
        "http3-post-connect-failure",
        "100",
        "reset-before-request,envoy-ratelimited",
        "cancelled,deadline-exceeded,internal,resource-exhausted,unavailable",
        "retriable-status-codes",
        "retriable-4xx,refused-stream",
        "",
      ),
      of("5xx,404, connect-failure", "599", "5XX"),
    ),
  ),
  fault: { always: ["delay"] },
  "fault.delay": { always: ["fixedDelay"], refused: ["exponentialDelay"] },
  "fault.delay.percent": is(WHOLE_PERCENT),
  fixedDelay: is(DURATION),
  exponentialDelay: is(DURATION),
  "percentage.value": is(PERCENT),
  "mirrorPercentage.value": is(PERCENT),
  "fault.abort": {
    oneOf: [["httpStatus", "grpcStatus", "http2Error"]],
    always: ["httpStatus", "grpcStatus"],
    refused: ["http2Error"],
  },
  "abort.httpStatus": is(of(200, 404, 418, 500, 599)),
  "abort.grpcStatus": is(of("UNAVAILABLE", "OK", "NOT_FOUND", "UNAUTHENTICATED", "CANCELLED")),
  mirrorPercent: is(WHOLE_PERCENT),
  mirror_percent: is(WHOLE_PERCENT),
  "allowOrigin[]": is(of("*", "https://a.example", "ü")),
  "allowMethods[]": is(seldom(of("GET", "POST", "OPTIONS", "CONNECT"), of("*", "get", ""))),
  maxAge: is(seldom(of("1s", "24h", "87600h", "2562047h"), of("0s", "1.5s"))),
};

export const l4: Meanings = {
  sniHosts: list(ANY_HOST),
  "destinationSubnets[]": is(RANGE),
  "tls[]": { always: ["match", "route"], mend: mendRoutes },
  "tcp[]": { always: ["route"], mend: mendRoutes },
};
