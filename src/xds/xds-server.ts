import type { TokenReviewer } from "../api/store.ts";
import type { Clock } from "../base/clock.ts";
import { createTurns } from "../base/turns.ts";
import type { Publisher } from "../envoy/publisher.ts";
import type { Authority } from "../pki/authority.ts";
import { APP_ENDED } from "../rpc/app-end.ts";
import type { Rejection } from "../rpc/delta-session.ts";
import { startGrpcServer } from "../rpc/grpc-server.ts";
import type { TlsSource } from "../rpc/tls-source.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { adsService, DELTA_ADS, SOTW_ADS, sotwAnswer } from "./ads-service.ts";
import { appEndService } from "./app-end-service.ts";
import { CREATE_CERTIFICATE, certificateService } from "./certificate-service.ts";
import { type ConnectionStatus, createConnections } from "./connections.ts";
import type { Workload } from "./identify.ts";
import { createXdsMetrics } from "./xds-metrics.ts";

/** Nothing synchronous in the controller may take 10 ms; half of that is for one slice of pushes. */
const SLICE_MS = 5;
const STOP_GRACE_MS = 2000;

export interface XdsServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** See `serving-tls.ts`. */
  readonly tls: TlsSource;
  readonly publisher: Publisher;
  /** The authority in force now. */
  readonly authority: () => Authority;
  readonly reviewer: TokenReviewer;
  readonly lookup: (namespace: string, name: string) => Workload | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly onRejected?: (proxy: ProxyNode, rejection: Rejection) => void;
}

export interface XdsServer {
  readonly port: number;
  /** For `proxy-status`. */
  connections(): readonly ConnectionStatus[];
  /** Tells every proxy to go elsewhere, then closes. */
  stop(): Promise<void>;
}

/** ADS (delta) and the certificate service on one port. Rejects when the address cannot be bound. */
export async function startXdsServer(options: XdsServerOptions): Promise<XdsServer> {
  const { clock, log } = options;
  const metrics = createXdsMetrics(options.metrics);
  const connections = createConnections();
  options.metrics.beforeText(() => {
    metrics.connected.reset();
    const versions = connections.versions();
    // That there are none is a number too: an alert on a sample that is missing never comes.
    if (versions.size === 0) metrics.connected.set({ version: "unknown" }, 0);
    for (const [version, count] of versions) metrics.connected.set({ version }, count);
  });
  const turns = createTurns({ clock, sliceMs: SLICE_MS, failed: (error) => log.error({ err: error }, "a push failed") });
  const trustDomain = () => options.authority().trustDomain;
  const server = await startGrpcServer({
    listen: options.listen,
    tls: options.tls,
    clock,
    failed: (error, path) => log.error({ err: error, path }, "a call met a fault of ours"),
    methods: {
      [DELTA_ADS]: adsService({ ...options, metrics, connections, turns, trustDomain }),
      [SOTW_ADS]: sotwAnswer,
      [CREATE_CERTIFICATE]: certificateService({ ...options, metrics }),
      [APP_ENDED]: appEndService(() => ({ trustDomain: trustDomain(), now: clock.now(), lookup: options.lookup })),
    },
  });
  log.info({ port: server.port }, "xds server listens");
  const stop = () => {
    connections.sendAllAway();
    return server.stop(STOP_GRACE_MS);
  };
  return { port: server.port, connections: connections.list, stop };
}
