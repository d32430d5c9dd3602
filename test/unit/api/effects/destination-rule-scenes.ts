import type { Scene, Values } from "./scene.ts";

/** A policy, and a field of it. */
interface PolicyScene {
  readonly under: string;
  readonly policy: object;
  readonly values?: Values;
}

const MUTUAL = { mode: "MUTUAL", clientCertificate: "/a/cert.pem", privateKey: "/a/key.pem" };
const KEPT_BY_COOKIE = { consistentHash: { httpCookie: { name: "session" } } };
const BY_HEADER = { consistentHash: { httpHeaderName: "x-user" } };
const WARM = { warmup: { duration: "10s" } };

const POLICIES: readonly PolicyScene[] = [
  { under: "loadBalancer", policy: {} },
  { under: "loadBalancer.consistentHash.httpCookie", policy: { loadBalancer: KEPT_BY_COOKIE } },
  {
    under: "loadBalancer.consistentHash.httpCookie.attributes",
    policy: { loadBalancer: { consistentHash: { httpCookie: { name: "session", attributes: [{ name: "SameSite" }] } } } },
  },
  ...["ringHash", "maglev", "minimumRingSize"].map((under) => ({
    under: `loadBalancer.consistentHash.${under}`,
    policy: { loadBalancer: BY_HEADER },
    values: { tableSize: [131] },
  })),
  { under: "loadBalancer.warmup", policy: { loadBalancer: WARM } },
  { under: "loadBalancer.backendUtilization", policy: { loadBalancer: { backendUtilization: {} } } },
  { under: "connectionPool", policy: {} },
  {
    under: "connectionPool.http.http2KeepAlive",
    policy: { connectionPool: { http: { useClientProtocol: true, http2KeepAlive: { interval: "10s" } } } },
  },
  { under: "connectionPool.http.maxConcurrentStreams", policy: { connectionPool: { http: { useClientProtocol: true } } } },
  {
    under: "outlierDetection",
    policy: { outlierDetection: { consecutive5xxErrors: 3 } },
    values: { consecutiveErrors: [7, 8], Percent: [20, 30], Threshold: [20, 30], "outlierDetectionHttpErrorCodes[]": [500, 501] },
  },
  { under: "outlierDetection.consecutiveLocalOriginFailures", policy: { outlierDetection: { splitExternalLocalOriginErrors: true } } },
  { under: "tls", policy: { tls: { mode: "SIMPLE" } }, values: { credentialName: ["a", "b"], caCertCredentialName: ["a", "b"] } },
  ...["clientCertificate", "privateKey"].map((name) => ({ under: `tls.${name}`, policy: { tls: MUTUAL } })),
  {
    under: "tunnel",
    policy: { tunnel: { targetHost: "a.example.com", targetPort: 443 } },
    values: { protocol: ["CONNECT", "POST"], targetHost: ["a.example.com", "b.example.com"] },
  },
];

/** Where a policy stands, and the body that holds it there. */
const PLACES: readonly { readonly at: string; readonly body: (policy: object) => object }[] = [
  { at: "trafficPolicy", body: (trafficPolicy) => ({ trafficPolicy }) },
  {
    at: "trafficPolicy.portLevelSettings[]",
    body: (policy) => ({ trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, ...policy }] } }),
  },
  { at: "subsets[].trafficPolicy", body: (trafficPolicy) => ({ subsets: [{ name: "v1", labels: { version: "v1" }, trafficPolicy }] }) },
  {
    at: "subsets[].trafficPolicy.portLevelSettings[]",
    body: (policy) => ({
      subsets: [{ name: "v1", labels: { version: "v1" }, trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, ...policy }] } }],
    }),
  },
];

const HOST = { host: "api.example.com" };
const LIMITED = { connectionPool: { tcp: { maxConnections: 3 } } };

export const DESTINATION_RULE_SCENES: readonly Scene[] = [
  {
    under: "",
    spec: { ...HOST, trafficPolicy: LIMITED, subsets: [{ name: "v1", labels: { version: "v1" } }] },
    values: { host: ["other.example.com"], "subsets[].labels{}": ["v2"], "exportTo[]": ["other"], "matchLabels{}": ["a", "b"] },
  },
  ...PLACES.flatMap(({ at, body }) => [
    { under: `${at}.port`, spec: { ...HOST, ...body(LIMITED) }, values: { "port.number": [8083] } },
    ...POLICIES.map(({ under, policy, values = {} }) => ({ under: `${at}.${under}`, spec: { ...HOST, ...body(policy) }, values })),
  ]),
];
