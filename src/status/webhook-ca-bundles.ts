import type { Clock } from "../base/clock.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import type { RawObject } from "../source/kubernetes/raw-object.ts";
import { type Collection, runReflector } from "../source/kubernetes/reflector.ts";
import type { Log } from "../source/log.ts";
import { type Leadership, whileLeading } from "./leadership.ts";
import { createPace, type Pace } from "./pace.ts";
import type { Reconciler } from "./root-cert.ts";
import { createWorkQueue, type WorkQueue } from "./work-queue.ts";

export interface CaBundleOptions {
  readonly client: ApiClient;
  readonly leadership: Leadership;
  /** Authorities that sign the webhook's certificate, PEM: while one replaces another, both. */
  readonly caBundle: () => string;
  /** Names of the webhook configurations; absent: all with the label `app.kubernetes.io/name=fairlead`. */
  readonly names?: readonly string[];
  /** Our own: tags whose webhooks lead to it are kept too, whoever set them. */
  readonly service: { readonly namespace: string; readonly name: string };
  readonly clock: Clock;
  readonly log: Log;
}

const LABEL = "app.kubernetes.io/name=fairlead";
/** Of one configuration: at once where it was wiped, and no race with somebody who wipes it whenever we have written. */
const WRITES = { perSecond: 1, burst: 5 };

/** Keeps the authority of our certificate in our webhook configurations, while this replica leads; written anew when it is wiped. */
export function reconcileWebhookCaBundles(options: CaBundleOptions, signal: AbortSignal): Reconciler {
  let poke = (): void => undefined;
  whileLeading(options.leadership, signal, (term) => {
    const all = webhookCollections(options.names === undefined).map((collection) => keep(collection, options, term));
    poke = () => {
      for (const each of all) each();
    };
    term.addEventListener("abort", () => {
      poke = () => undefined;
    });
  });
  return { poke: () => poke() };
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly service?: { readonly namespace: string; readonly name: string } };
}

const TAG = "istio.io/tag";

const webhooksOf = (raw: RawObject): readonly Webhook[] => (raw["webhooks"] as readonly Webhook[] | undefined) ?? [];

function isOurs(raw: RawObject, { names, service }: CaBundleOptions): boolean {
  if (names?.includes(raw.metadata.name) ?? true) return true;
  const leadsHere = ({ clientConfig }: Webhook): boolean =>
    clientConfig.service?.name === service.name && clientConfig.service.namespace === service.namespace;
  return raw.metadata.labels?.[TAG] !== undefined && webhooksOf(raw).every(leadsHere);
}

function keep(collection: Collection, options: CaBundleOptions, signal: AbortSignal): () => void {
  const { client, clock, log } = options;
  const webhooks = new Map<string, readonly Webhook[]>();
  const paces = new Map<string, Pace>();
  const missing = (name: string) => patchOf(webhooks.get(name) ?? [], Buffer.from(options.caBundle()).toString("base64"));
  const task = async (name: string): Promise<void> => {
    if (missing(name).length === 0) return;
    await paces.get(name)?.turn(signal);
    const body = missing(name);
    if (body.length === 0 || signal.aborted) return;
    await client.json({ method: "PATCH", path: `${collection.path}/${name}`, body, contentType: "application/json-patch+json" });
    log.info({ name }, "caBundle published");
  };
  const queue: WorkQueue = createWorkQueue({ ...options, task, signal });
  const forget = (name: string): void => {
    webhooks.delete(name);
    paces.delete(name);
  };
  const upsert = (raw: RawObject): void => {
    const { name } = raw.metadata;
    if (!isOurs(raw, options)) return void forget(name);
    webhooks.set(name, webhooksOf(raw));
    if (!paces.has(name)) paces.set(name, createPace({ clock, ...WRITES }));
    queue.add(name);
  };
  const remove = (key: string): void => forget(key.slice(1));
  void runReflector({ ...options, collection }, { upsert, remove, synced: () => undefined }, signal);
  return () => {
    for (const name of webhooks.keys()) queue.add(name);
  };
}

/** Both kinds of webhook configurations; `byLabel`: only those with our label. */
export function webhookCollections(byLabel: boolean): readonly Collection[] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  const query = byLabel ? { query: { labelSelector: LABEL } } : {};
  return ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map((plural) => ({
    path: `/apis/${apiVersion}/${plural}`,
    apiVersion,
    kind: "WebhookConfiguration",
    ...query,
  }));
}

interface PatchStep {
  readonly op: "test" | "add";
  readonly path: string;
  readonly value: string;
}

/** Only the bundles that differ; each guarded by the name of the webhook it is meant for, as their order may have changed. */
export function patchOf(webhooks: readonly Webhook[], caBundle: string): readonly PatchStep[] {
  return webhooks.flatMap(({ name, clientConfig }, index): readonly PatchStep[] => {
    if (clientConfig.caBundle === caBundle) return [];
    const path = `/webhooks/${index}`;
    return [
      { op: "test", path: `${path}/name`, value: name },
      { op: "add", path: `${path}/clientConfig/caBundle`, value: caBundle },
    ];
  });
}
