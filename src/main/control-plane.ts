// What both `controller` and `standalone` run. Each part takes what the one before it gives:
//
//   source ─► objects, publisher ─► xds (proxies, certificates)
//                     └───────────► admission (inject, validate)          monitoring beside them
import { admissionMetrics } from "../admission/admission-metrics.ts";
import { type AdmissionServer, startAdmissionServer } from "../admission/admission-server.ts";
import { objectValidator } from "../admission/object-validator.ts";
import { podInjector } from "../admission/pod-injector.ts";
import type { Delta, TokenReviewer } from "../api/store.ts";
import type { Clock } from "../base/clock.ts";
import { createPublisher, type LivePublisher } from "../envoy/live-publisher.ts";
import type { InjectionValues } from "../injection/injection-values.ts";
import { createLiveObjects, type LiveObjects } from "../model/live-objects.ts";
import type { Authority } from "../pki/authority.ts";
import type { TlsSource } from "../rpc/tls-source.ts";
import type { WatchedSource } from "../source/watched-source.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { startXdsServer, type XdsServer } from "../xds/xds-server.ts";
import { jsonAnswer, serveRoutes } from "./http-routes.ts";
import { judges } from "./judges.ts";
import { parseYaml } from "./read-values.ts";
import type { WebhookCertificates } from "./webhook-certificates.ts";

export interface Ports {
  readonly address: string;
  readonly xdsPort: number;
  readonly webhookPort: number;
  readonly monitoringPort: number;
  readonly healthPort: number;
}

export interface Trust {
  readonly authority: Authority;
  /** What proxies are shown. */
  readonly tls: TlsSource;
}

export interface ControlPlaneParts {
  readonly source: WatchedSource;
  readonly reviewer: TokenReviewer;
  /** Who signs for the mesh, asked once its trust domain is known. */
  readonly trust: (trustDomain: string) => Promise<Trust>;
  readonly certificates: WebhookCertificates;
  readonly values: () => InjectionValues;
  readonly kubeVersion: string;
  readonly revision: string;
  readonly ports: Ports;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What else must hold before this replica may be called; asked at every probe. */
  readonly alsoReady?: () => boolean;
  /** Told of every change, after the publisher. */
  readonly onDelta?: (delta: Delta) => void;
}

export interface ControlPlane {
  readonly authority: Authority;
  stop(): Promise<void>;
}

const DEFAULT_TRUST_DOMAIN = "cluster.local";

interface World {
  readonly objects: LiveObjects;
  readonly publisher: LivePublisher;
}

function createWorld(log: Logger): World {
  const publisher = createPublisher((query, arg, error) => log.error({ query, arg, err: error }, "resource could not be built"));
  return { objects: createLiveObjects(), publisher };
}

async function serveAdmission(parts: ControlPlaneParts, { objects }: World, ready: () => boolean): Promise<AdmissionServer> {
  const { certificates, ports, log, kubeVersion, revision, values } = parts;
  const serving = () => {
    const { certPem, key } = certificates.current().serving;
    return { cert: certPem, key: key.reveal() };
  };
  const server = await startAdmissionServer({
    address: ports.address,
    port: ports.webhookPort,
    certificate: serving(),
    injector: podInjector({
      namespaceLabels: async (name) => objects.get("Namespace", "", name)?.metadata.labels,
      mesh: () => objects.get("MeshConfig", "", "mesh")?.spec ?? {},
      ...{ values, kubeVersion, revision, parseYaml },
    }),
    validator: objectValidator(judges(() => objects.all())),
    ready,
    metrics: admissionMetrics(parts.metrics),
    log,
  });
  certificates.onChange(() => server.setCertificate(serving()));
  return server;
}

function serveXds(parts: ControlPlaneParts, { objects, publisher }: World, { authority, tls }: Trust): Promise<XdsServer> {
  const { reviewer, clock, log, metrics, ports } = parts;
  return startXdsServer({
    ...{ publisher, tls, reviewer, clock, log, metrics },
    authority: () => authority,
    lookup: (namespace, name) => objects.get("Pod", namespace, name) ?? objects.get("WorkloadEntry", namespace, name),
    listen: { host: ports.address, port: ports.xdsPort },
  });
}

async function serveMonitoring(parts: ControlPlaneParts, { objects, publisher }: World, live: { ready(): boolean; xds: XdsServer }) {
  const { ports, metrics, source } = parts;
  const text = async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() });
  const ready = () => jsonAnswer({ ready: live.ready(), objects: objects.size }, live.ready() ? 200 : 503);
  const debug = await serveRoutes(
    { address: ports.address, port: ports.monitoringPort },
    {
      "/metrics": text,
      "/debug/syncz": () => jsonAnswer(live.xds.connections()),
      "/debug/problems": () => jsonAnswer(source.problems()),
      "/debug/work": () => jsonAnswer(publisher.work()),
    },
  );
  const health = await serveRoutes(
    { address: ports.address, port: ports.healthPort },
    { "/ready": ready, "/readyz": ready, "/healthz": () => jsonAnswer({ alive: true }) },
  );
  return { stop: () => Promise.all([debug.stop(), health.stop()]) };
}

/** How many things that users wrote are not taken in at this moment. */
function countProblems(metrics: Metrics, source: WatchedSource): void {
  const gauge = metrics.gauge("fairlead_source_problems", "Objects and files that are not taken in; what was in force before stays.");
  gauge.set(0);
  metrics.beforeText(() => gauge.set(source.problems().length));
}

/** Resolves when every part answers and the source was read once; `signal` ends the watching, `stop` the serving. */
export async function startControlPlane(parts: ControlPlaneParts, signal: AbortSignal): Promise<ControlPlane> {
  const world = createWorld(parts.log);
  let synced = false;
  const ready = () => synced;
  const takeIn = (delta: Delta) => {
    world.objects.apply(delta);
    world.publisher.apply(delta);
    parts.onDelta?.(delta);
  };
  countProblems(parts.metrics, parts.source);
  const admission = await serveAdmission(parts, world, ready);
  await parts.source.start(takeIn, signal);
  // Proxies are let in once the world is whole: one that came earlier would be told that nothing exists.
  const trust = await parts.trust(world.objects.get("MeshConfig", "", "mesh")?.spec.trustDomain ?? DEFAULT_TRUST_DOMAIN);
  const xds = await serveXds(parts, world, trust);
  const callable = () => synced && (parts.alsoReady?.() ?? true);
  const monitoring = await serveMonitoring(parts, world, { ready: callable, xds });
  synced = true;
  parts.log.info({ objects: world.objects.size }, "control plane ready");
  return {
    authority: trust.authority,
    stop: async () => {
      synced = false;
      await Promise.all([xds.stop(), admission.stop(), monitoring.stop()]);
    },
  };
}
