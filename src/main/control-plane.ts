// What both `controller` and `standalone` run. Each part takes what the one before it gives:
//
//   source ─► objects, publisher ─► xds (proxies, certificates)
//                     └───────────► admission (inject, validate)          monitoring beside them
import { admissionMetrics } from "../admission/admission-metrics.ts";
import { type AdmissionServer, startAdmissionServer } from "../admission/admission-server.ts";
import type { InjectionSources } from "../admission/injection-sources.ts";
import { objectValidator, type SecondLook } from "../admission/object-validator.ts";
import { podInjector } from "../admission/pod-injector.ts";
import { podVerifier } from "../admission/pod-verifier.ts";
import { isAboutOthers } from "../analysis/about-others.ts";
import type { Knowledge } from "../analysis/knowledge.ts";
import { type AtPlace, createLiveWorld, type LiveWorld } from "../analysis/live-world.ts";
import type { Delta, TokenReviewer } from "../api/store.ts";
import type { Clock } from "../base/clock.ts";
import { createTurns } from "../base/turns.ts";
import { createPublisher, type LivePublisher } from "../envoy/live-publisher.ts";
import type { InjectionValues } from "../injection/injection-values.ts";
import { createLiveObjects, type LiveObjects } from "../model/live-objects.ts";
import { Unfit } from "../model/unfit.ts";
import type { Authority } from "../pki/authority.ts";
import type { TlsSource } from "../rpc/tls-source.ts";
import type { WatchedSource } from "../source/watched-source.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { startXdsServer, type XdsServer } from "../xds/xds-server.ts";
import { measureEventLoopDelay } from "./event-loop-delay.ts";
import { jsonAnswer, serveRoutes } from "./http-routes.ts";
import { judges } from "./judges.ts";
import { limitsOf } from "./limits-of.ts";
import { onPort } from "./on-port.ts";
import { createPinnedTrustDomain } from "./pinned-trust-domain.ts";
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
  /** Kinds of which the source tells every object there is; default those of documents. */
  readonly complete?: Knowledge;
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
  /** Told every place of the judged world at which answers may have changed. */
  readonly touched?: AtPlace;
}

export interface ControlPlane {
  readonly authority: Authority;
  readonly objects: LiveObjects;
  readonly judged: LiveWorld;
  stop(): Promise<void>;
}

interface Stoppable {
  stop(): Promise<unknown>;
}

interface World {
  readonly objects: LiveObjects;
  readonly publisher: LivePublisher;
  /** What an object that is to be stored is judged against. */
  readonly judged: LiveWorld;
}

/** Nothing synchronous in the controller may take 10 ms; half of that is for one slice of views. */
const SLICE_MS = 5;

function createWorld({ log, clock, touched, complete }: ControlPlaneParts): World {
  const turns = createTurns({ clock, sliceMs: SLICE_MS, failed: (error) => log.error({ err: error }, "a view could not be worked out") });
  const publisher = createPublisher({
    onFailure: (query, arg, error) =>
      // What a user wrote and Envoy would refuse is no bug of ours: its reason is enough.
      error instanceof Unfit
        ? log.warn({ query, arg, reason: error.message }, "left out: Envoy would refuse it")
        : log.error({ query, arg, err: error }, "resource could not be built"),
    take: turns.take,
  });
  return { objects: createLiveObjects(), publisher, judged: createLiveWorld(touched, complete) };
}

/** Longer than a watch needs to tell of a change, and short for whoever is refused anyway. */
const SECOND_LOOK_MS = 300;

const secondLook = (clock: Clock): SecondLook => ({
  concerns: isAboutOthers,
  wait: () => new Promise((resolve) => void clock.after(SECOND_LOOK_MS, resolve)),
});

async function serveAdmission(parts: ControlPlaneParts, { objects, judged }: World, ready: () => boolean): Promise<AdmissionServer> {
  const { certificates, ports, log, kubeVersion, revision, values } = parts;
  const serving = () => {
    const { certPem, key } = certificates.current().serving;
    return { cert: certPem, key: key.reveal() };
  };
  const at = { address: ports.address, port: ports.webhookPort };
  const pods: InjectionSources = {
    namespaceLabels: async (name) => objects.get("Namespace", "", name)?.metadata.labels,
    limits: (namespace) => limitsOf(objects.list("LimitRange", namespace), objects.list("ResourceQuota", namespace)),
    mesh: () => objects.get("MeshConfig", "", "mesh")?.spec ?? {},
    ...{ values, kubeVersion, revision, parseYaml },
  };
  const starting = startAdmissionServer({
    ...at,
    certificate: serving(),
    injector: podInjector(pods),
    verifier: podVerifier(pods),
    validator: objectValidator(judges(judged), secondLook(parts.clock)),
    ready,
    metrics: admissionMetrics(parts.metrics),
    log,
  });
  const server = await onPort({ ...at, option: "webhook-port" }, starting);
  certificates.onChange(() => server.setCertificate(serving()));
  return server;
}

function serveXds(parts: ControlPlaneParts, { objects, publisher }: World, { authority, tls }: Trust): Promise<XdsServer> {
  const { reviewer, clock, log, metrics, ports } = parts;
  const starting = startXdsServer({
    ...{ publisher, tls, reviewer, clock, log, metrics },
    authority: () => authority,
    lookup: (namespace, name) => objects.get("Pod", namespace, name) ?? objects.get("WorkloadEntry", namespace, name),
    listen: { host: ports.address, port: ports.xdsPort },
  });
  return onPort({ address: ports.address, port: ports.xdsPort, option: "xds-port" }, starting);
}

interface Live {
  ready(): boolean;
  readonly xds: XdsServer;
}

async function serveMonitoring(parts: ControlPlaneParts, { publisher }: World, { xds }: Live): Promise<Stoppable> {
  const { metrics, source } = parts;
  const { address, monitoringPort: port } = parts.ports;
  const routes = {
    "/metrics": async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
    "/debug/syncz": () => jsonAnswer(xds.connections()),
    "/debug/problems": () => jsonAnswer(source.problems()),
    "/debug/work": () => jsonAnswer(publisher.work()),
  };
  return onPort({ address, port, option: "monitoring-port" }, serveRoutes({ address, port }, routes));
}

async function serveHealth(
  { ports: { address, healthPort: port } }: ControlPlaneParts,
  { objects }: World,
  { ready }: Live,
): Promise<Stoppable> {
  const readiness = () => jsonAnswer({ ready: ready(), objects: objects.size }, ready() ? 200 : 503);
  const routes = { "/ready": readiness, "/readyz": readiness, "/healthz": () => jsonAnswer({ alive: true }) };
  return onPort({ address, port, option: "health-port" }, serveRoutes({ address, port }, routes));
}

/** How many things that users wrote are not taken in at this moment. */
function countProblems(metrics: Metrics, source: WatchedSource): void {
  const gauge = metrics.gauge("fairlead_source_problems", "Objects and files that are not taken in; what was in force before stays.");
  gauge.set(0);
  metrics.beforeText(() => gauge.set(source.problems().length));
}

/**
 * Resolves when every part answers and the source was read once; `signal` ends the watching, `stop` the serving. Where one part
 * cannot start, those before it are stopped, and it rejects.
 */
export async function startControlPlane(parts: ControlPlaneParts, signal: AbortSignal): Promise<ControlPlane> {
  const serving: Stoppable[] = [];
  const stop = async () => void (await Promise.all(serving.map((each) => each.stop())));
  const world = createWorld(parts);
  try {
    const authority = await start({ ...parts, world }, signal, serving);
    return { authority, objects: world.objects, judged: world.judged, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(parts: ControlPlaneParts & { readonly world: World }, signal: AbortSignal, serving: Stoppable[]): Promise<Authority> {
  const { world } = parts;
  let synced = false;
  const trustDomain = createPinnedTrustDomain(parts);
  const takeIn = (told: Delta) => {
    const delta = trustDomain.hold(told);
    world.objects.apply(delta);
    world.publisher.apply(delta);
    for (const { object, error } of world.judged.apply(delta)) {
      parts.log.error({ object, err: error }, "other objects are judged as if this one were not there");
    }
  };
  countProblems(parts.metrics, parts.source);
  serving.push(measureEventLoopDelay(parts.metrics));
  serving.push(await serveAdmission(parts, world, () => synced && !signal.aborted));
  await parts.source.start(takeIn, signal);
  // Proxies are let in once the world is whole: one that came earlier would be told that nothing exists.
  const trust = await parts.trust(trustDomain.pin(world.objects.get("MeshConfig", "", "mesh")));
  const xds = await serveXds(parts, world, trust);
  serving.push(xds);
  const live = { xds, ready: () => synced && !signal.aborted && (parts.alsoReady?.() ?? true) };
  serving.push(await serveMonitoring(parts, world, live));
  serving.push(await serveHealth(parts, world, live));
  synced = true;
  parts.log.info({ objects: world.objects.size }, "control plane ready");
  return trust.authority;
}
