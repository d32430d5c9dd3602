import fc from "fast-check";
import { both, is } from "./given-values.ts";
import { without } from "./mended.ts";
import type { Meanings } from "./shaped.ts";
import {
  COUNT,
  DURATION,
  DURATION_NEVER_OFF,
  DURATION_OR_OFF,
  of,
  PATH,
  PERCENT,
  PLAIN_HOSTS,
  PORT,
  seldom,
  TEXT,
  UNSIGNED,
  WHOLE_PERCENT,
} from "./vocabulary.ts";

export const policy: Meanings = {
  trafficPolicy: { always: ["connectionPool"], oneOf: [["tunnel", "proxyProtocol"]] },
  "portLevelSettings[]": { always: ["port", "outlierDetection"] },
  "portLevelSettings[].port": { always: ["number"] },
  "portLevelSettings[].port.number": is(PORT),
  loadBalancer: {
    oneOf: [
      ["simple", "consistentHash", "backendUtilization"],
      ["localityLbSetting", "zoneAwareLbSetting"],
    ],
  },
  consistentHash: {
    always: ["useSourceIp"],
    oneOf: [
      ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"],
      ["ringHash", "maglev", "minimumRingSize"],
    ],
  },
  "httpCookie.name": is(
    fc.oneof(
      of("session", "a-b"),
      TEXT.filter((text) => text !== ""),
    ),
  ),
  "httpCookie.path": is(PATH),
  "httpCookie.ttl": is(DURATION_OR_OFF),
  "attributes[]": { always: ["name"] },
  "attributes[].name": is(of("SameSite", "Secure", "Max-Age", "a b", "ü")),
  "attributes[].value": is(fc.oneof(TEXT, of("v".repeat(16_384), "v".repeat(16_385)))),
  minimumRingSize: is(seldom(seldom(of(0, 1, 1024, 65_536), of(8_388_608)), of(8_388_609, 2_147_483_647))),
  maglev: { always: ["tableSize"] },
  "maglev.tableSize": is(seldom(seldom(of(2, 3, 997, 65_537), of(4_999_999)), of(0, 100, 5_000_011, 5_000_012, 2_147_483_647))),
  localityLbSetting: { oneOf: [["distribute", "failover", "failoverPriority"]] },
  distribute: {
    value: fc.record({ from: of("us/a/*", "*", "eu/*"), to: of({ "us/a/*": 80, "eu/*": 20 }, { "*": 100 }) }).map((one) => [one]),
  },
  "failover[]": { always: ["from", "to"] },
  "failover[].from": is(of("us", "eu")),
  "failover[].to": is(of("asia", "africa")),
  ...both(["weightStabilizationPeriod", "weightExpirationPeriod", "weightUpdatePeriod"], is(DURATION_OR_OFF)),
  zoneAwareLbSetting: { oneOf: [["failover", "failoverPriority"]] },
  warmupDurationSecs: is(DURATION),
  "warmup.duration": is(DURATION),
  "warmup.minimumPercent": is(PERCENT),
  "warmup.aggression": is(of(1, 1.5, 10, 1e9)),
  connectionPool: { always: ["tcp", "http"] },
  ...both(["connectionPool.http", "inboundConnectionPool.http"], {
    always: ["http1MaxPendingRequests"],
    mend: (value, kept) =>
      value["h2UpgradePolicy"] === "UPGRADE" ? without(value, kept("useClientProtocol") ? "h2UpgradePolicy" : "useClientProtocol") : value,
  }),
  inboundConnectionPool: { always: ["tcp", "http"] },
  "tcp.maxConnections": is(COUNT),
  "tcp.connectTimeout": is(DURATION),
  "tcp.maxConnectionDuration": is(DURATION),
  "tcp.idleTimeout": is(DURATION_OR_OFF),
  "tcpKeepalive.probes": is(UNSIGNED),
  "tcpKeepalive.time": is(DURATION_NEVER_OFF),
  "tcpKeepalive.interval": is(DURATION_NEVER_OFF),
  "http.http1MaxPendingRequests": is(COUNT),
  "http.http2MaxRequests": is(COUNT),
  "http.maxRequestsPerConnection": is(COUNT),
  "http.maxRetries": is(COUNT),
  "http.idleTimeout": is(DURATION_NEVER_OFF),
  "http.maxConcurrentStreams": is(COUNT),
  http2KeepAlive: { always: ["interval"] },
  "http2KeepAlive.interval": is(DURATION),
  "http2KeepAlive.timeout": is(DURATION),
  outlierDetection: {
    mend: (value) => (value["consecutiveLocalOriginFailures"] ? { ...value, splitExternalLocalOriginErrors: true } : value),
  },
  "outlierDetection.interval": is(DURATION),
  "outlierDetection.baseEjectionTime": is(DURATION),
  "outlierDetection.maxEjectionPercent": is(WHOLE_PERCENT),
  "outlierDetection.minHealthPercent": is(WHOLE_PERCENT),
  "outlierDetection.consecutive5xxErrors": is(UNSIGNED),
  "outlierDetection.consecutiveGatewayErrors": is(UNSIGNED),
  "outlierDetection.consecutiveLocalOriginFailures": is(UNSIGNED),
  "tunnel.protocol": is(seldom(of("CONNECT", "POST", ""), of("connect"))),
  "tunnel.targetHost": is(PLAIN_HOSTS),
  "tunnel.targetPort": is(PORT),
  "retryBudget.percent": is(PERCENT),
  "retryBudget.budgetInterval": is(DURATION_OR_OFF),
  "tls.sni": is(
    seldom(
      fc.oneof(PLAIN_HOSTS, of("ü", "a b", "x".repeat(255), "10.0.0.1", "outbound_.80_._.a.test")),
      of("x".repeat(256), "ü".repeat(128)),
    ),
  ),
  "subjectAltNames[]": is(
    fc.oneof(PLAIN_HOSTS, of("spiffe://cluster.local/ns/shop/sa/default", "*.example.com", "ü", "a b", "x".repeat(1000))),
  ),
};
