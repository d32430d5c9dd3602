import type { ConnectionPool } from "../../api/networking/connection-pool.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, present } from "../each.ts";
import { checkDuration, checkDurationOrOff } from "./duration.ts";

type Tcp = NonNullable<ConnectionPool["tcp"]>;
type Http = NonNullable<ConnectionPool["http"]>;

const COUNTS = ["http1MaxPendingRequests", "http2MaxRequests", "maxRequestsPerConnection", "maxRetries", "maxConcurrentStreams"] as const;

const checkCount: Check<number> = (value, path) => (value < 0 ? [finding("negative", path, { value })] : []);

const checkKeepAlive: Check<NonNullable<Http["http2KeepAlive"]>> = ({ interval, timeout }, path): readonly Finding[] => [
  ...(interval === undefined ? [finding("keepaliveInterval", `${path}.interval`, {})] : checkDuration(interval, `${path}.interval`)),
  ...present(timeout, `${path}.timeout`, checkDuration),
];

const checkHttp: Check<Http> = (http, path) => [
  ...COUNTS.flatMap((name) => present(http[name], `${path}.${name}`, checkCount)),
  ...present(http.idleTimeout, `${path}.idleTimeout`, checkDuration),
  ...present(http.http2KeepAlive, `${path}.http2KeepAlive`, checkKeepAlive),
  ...(http.useClientProtocol && http.h2UpgradePolicy === "UPGRADE"
    ? [finding("onlyOne", path, { names: "useClientProtocol and h2UpgradePolicy: UPGRADE" })]
    : []),
];

const checkTcp: Check<Tcp> = (tcp, path) => [
  ...present(tcp.maxConnections, `${path}.maxConnections`, checkCount),
  ...present(tcp.connectTimeout, `${path}.connectTimeout`, checkDuration),
  ...present(tcp.maxConnectionDuration, `${path}.maxConnectionDuration`, checkDuration),
  ...present(tcp.tcpKeepalive?.time, `${path}.tcpKeepalive.time`, checkDuration),
  ...present(tcp.tcpKeepalive?.interval, `${path}.tcpKeepalive.interval`, checkDuration),
  ...present(tcp.idleTimeout, `${path}.idleTimeout`, checkDurationOrOff),
];

/** Something is limited, and by counts and durations that can be kept. */
export const checkConnectionPool: Check<ConnectionPool> = ({ tcp, http }, path) => {
  if (!tcp && !http) return [finding("emptyObject", path, {})];
  return [...present(tcp, `${path}.tcp`, checkTcp), ...present(http, `${path}.http`, checkHttp)];
};
