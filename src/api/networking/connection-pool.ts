import { AT_LEAST_1MS } from "../dialect/cel.ts";
import { Duration } from "../dialect/duration.ts";
import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import type { TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Unsigned, Whole } from "../dialect/whole.ts";

const TcpPoolSchema = Fields("Limits of every connection.", {
  maxConnections: Whole("Connections to the service at the same time; default without limit."),
  connectTimeout: Duration("Time a connection may take to be made, 1ms or more; default 10s.", [AT_LEAST_1MS]),
  tcpKeepalive: Fields("TCP keep-alive probes.", {
    probes: Unsigned("Unanswered probes after which the connection is given up; default that of the system."),
    time: Duration("Idle time before the first probe, 1ms or more; default that of the system."),
    interval: Duration("Time between probes, 1ms or more; default that of the system."),
  }),
  maxConnectionDuration: Duration("Time after which a connection is closed, 1ms or more; default without limit.", [AT_LEAST_1MS]),
  idleTimeout: Duration("Idle time after which a TCP connection is closed, 1ms or more; 0s switches it off; default 1h."),
});

const HttpPoolSchema = Fields("Limits of HTTP requests.", {
  http1MaxPendingRequests: Whole("Requests that may wait for a connection; default 1024 (2^32-1 where nothing else is set)."),
  http2MaxRequests: Whole("Requests that may be in work at the same time; default without limit."),
  maxRequestsPerConnection: Whole("Requests after which a connection is closed; 1 switches keep-alive off; default 0, without limit."),
  maxRetries: Whole("Retries that may be in work at the same time; default without limit."),
  idleTimeout: Duration("Time without a request after which a connection is closed, 1ms or more; default 1h."),
  h2UpgradePolicy: StringEnum("Whether HTTP/1.1 is sent on as HTTP/2; default DEFAULT, what the mesh configuration says.", [
    "DEFAULT",
    "DO_NOT_UPGRADE",
    "UPGRADE",
  ]),
  useClientProtocol: Flag("Send on with the protocol the caller used; default false."),
  maxConcurrentStreams: Whole("Streams of one HTTP/2 connection; default 2^31-1."),
  http2KeepAlive: Fields("HTTP/2 PING frames that find dead connections.", {
    interval: Duration("Time between PINGs, 1ms or more; must be there.", [AT_LEAST_1MS]),
    timeout: Duration("Time an answer may take, 1ms or more; default 20s.", [AT_LEAST_1MS]),
  }),
});

/** Limits on connections and requests (DestinationRule, Sidecar ingress). */
export const ConnectionPoolSchema = Fields("Limits on connections and requests.", { tcp: TcpPoolSchema, http: HttpPoolSchema });

export type ConnectionPool = TypeOf<typeof ConnectionPoolSchema>;
