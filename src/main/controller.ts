import { OF_CLUSTER } from "../analysis/knowledge.ts";
import { systemClock } from "../base/clock.ts";
import type { ControllerOptions } from "../cli/program.ts";
import { decisionSettings } from "../injection/decision-settings.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { connectKubernetes } from "../source/kubernetes/connect-kubernetes.ts";
import { createKubernetesSource } from "../source/kubernetes/kubernetes-source.ts";
import { createKubernetesTokenReviewer } from "../source/kubernetes/kubernetes-token-reviewer.ts";
import { runLeaderElection } from "../status/leader-election.ts";
import { createLeaseRecord } from "../status/lease.ts";
import { reconcileRootCert } from "../status/root-cert.ts";
import { createSecretKeeper } from "../status/secret-keeper.ts";
import { followUninjected } from "../status/uninjected/follow-uninjected.ts";
import { untilAnswered } from "../status/until-answered.ts";
import { reconcileWebhookCaBundles } from "../status/webhook-ca-bundles.ts";
import { watchWebhooksCallable } from "../status/webhooks-callable.ts";
import { createLogger, type Logger } from "../telemetry/logger.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics.ts";
import { type AutomaticAddresses, createAutomaticAddresses } from "./automatic-addresses.ts";
import { type Bell, createBell } from "./bell.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import type { MaterialStore } from "./material-store.ts";
import { meshTrust } from "./mesh-authority.ts";
import { createObjectStatuses, type ObjectStatuses } from "./object-statuses.ts";
import { readValues } from "./read-values.ts";
import { runUntilStopped } from "./run-until-stopped.ts";
import { VERSION } from "./version.ts";
import { type WebhookCertificates, webhookCertificates } from "./webhook-certificates.ts";

/** Secrets of the controller's namespace; without an API server they are waited for. */
function secretStore(client: ApiClient, namespace: string, { log, signal }: { log: Logger; signal: AbortSignal }): MaterialStore {
  const keeper = createSecretKeeper(client, namespace);
  return {
    read: (name) => untilAnswered(() => keeper.readSecret(name), { what: `Secret ${namespace}/${name}`, log }, signal),
    readOrCreate: (name, make) =>
      untilAnswered(() => keeper.readOrCreateSecret(name, make), { what: `Secret ${namespace}/${name}`, log }, signal),
    update: keeper.updateSecret,
  };
}

/** Names of the webhook configurations that lead to us, as the chart tells: separated by commas. */
function webhookNames(): { readonly names?: readonly string[] } {
  const names = (process.env["WEBHOOK_CONFIGURATIONS"] ?? "").split(",").filter((name) => name !== "");
  return names.length > 0 ? { names } : {};
}

/** Where this process meets its own servers. */
function ownHost(address: string): string {
  return { "0.0.0.0": "127.0.0.1", "::": "::1" }[address] ?? address;
}

interface WriterParts {
  readonly client: ApiClient;
  readonly controlPlane: ControlPlane;
  readonly statuses: ObjectStatuses;
  /** Absent where none are to be given. */
  readonly addresses: AutomaticAddresses | undefined;
  readonly metrics: Metrics;
  /** Rings when what is trusted has changed. */
  readonly roots: Bell;
  readonly certificates: WebhookCertificates;
  readonly options: ControllerOptions;
  readonly log: Logger;
}

/** Who, among the replicas of all revisions, writes what belongs to no revision. */
const STATUSES_LEASE = "fairlead-statuses";

/**
 * What only one replica writes: who leads is decided by a Lease. Users' objects and the root certificate are the same for all revisions
 * side by side, and two of them that judged otherwise would write against each other without end; webhooks are each revision's own.
 */
function startWriters(parts: WriterParts, signal: AbortSignal): Promise<void> {
  const { client, controlPlane, statuses, addresses, metrics, roots, certificates, options, log } = parts;
  const clock = systemClock;
  const { POD_NAME: identity = `fairlead-${process.pid}` } = process.env;
  const elect = (name: string) => {
    const lease = createLeaseRecord(client, options.namespace, name);
    return runLeaderElection({ lease, identity, clock, log }, signal);
  };
  const [forAll, ofRevision] = [elect(STATUSES_LEASE), elect(options.service)];
  statuses.start({ ...controlPlane, client, leadership: forAll, identity, metrics, clock, log }, signal);
  addresses?.start({ client, leadership: forAll, metrics, clock, log }, signal);
  const rootCert = () => controlPlane.authority.trustBundle(clock.now());
  roots.onRing(reconcileRootCert({ client, leadership: forAll, rootCert, clock, log }, signal).poke);
  const caBundle = () => certificates.current().caBundle;
  const service = { namespace: options.namespace, name: options.service };
  const kept = { client, leadership: ofRevision, caBundle, service, clock, log, ...webhookNames() };
  certificates.onChange(reconcileWebhookCaBundles(kept, signal).poke);
  return Promise.all([forAll.done, ofRevision.done]).then(() => undefined);
}

/** The control plane in a cluster; runs until it is told to stop. */
export function runController(options: ControllerOptions): Promise<number> {
  return runUntilStopped((signal, started) => start(options, signal, started));
}

async function start(options: ControllerOptions, signal: AbortSignal, started: AsyncDisposableStack): Promise<void> {
  const log = createLogger({ name: "controller", level: options.logLevel });
  const clock = systemClock;
  const { namespace, service } = options;
  const client = connectKubernetes(options);
  started.defer(client.close);
  const store = secretStore(client, namespace, { log, signal });
  const names = [`${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`, `${service}.${namespace}`];
  const lives = { authorityMs: options.webhookAuthorityLife, servingMs: options.webhookCertificateLife };
  const certificates = await webhookCertificates(store, { name: `${service}-webhook`, dnsNames: names, lives, clock, log });
  const values = await readValues(options.values);
  const version = () => client.json<{ gitVersion: string }>({ path: "/version" });
  const { gitVersion } = await untilAnswered(version, { what: "the API server's version", log }, signal);
  const roots = createBell();
  const statuses = createObjectStatuses(followUninjected({ settings: () => decisionSettings(values), clock, log }));
  const addresses = options.autoAllocateAddresses ? createAutomaticAddresses(clock) : undefined;
  const metrics = createMetrics({ version: VERSION });
  const own = { host: ownHost(options.address), port: options.webhookPort };
  const callable = watchWebhooksCallable({ client, own, serverName: names[0] ?? "", clock, log, ...webhookNames() }, signal);
  const controlPlane = await startControlPlane(
    {
      alsoReady: callable,
      complete: OF_CLUSTER,
      touched: statuses.touched,
      source: statuses.telling(
        createKubernetesSource({
          client,
          namespace,
          revision: options.revision,
          log,
          report: () => undefined,
          observers: [statuses.observer, ...(addresses ? [addresses.observer] : [])],
        }),
      ),
      reviewer: createKubernetesTokenReviewer(client),
      trust: (trustDomain) => meshTrust(store, trustDomain, { dnsNames: names, clock, log, onChange: roots.ring }),
      ...{ certificates, values: () => values, kubeVersion: gitVersion, revision: options.revision },
      ports: options,
      ...{ metrics, log, clock },
    },
    signal,
  );
  const writersDone = startWriters({ client, controlPlane, statuses, addresses, metrics, roots, certificates, options, log }, signal);
  started.defer(() => writersDone);
  started.defer(controlPlane.stop);
}
