import { request } from "node:https";
import type { Clock } from "../base/clock.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import type { RawObject } from "../source/kubernetes/raw-object.ts";
import type { Log } from "../source/log.ts";
import { webhookCollections } from "./webhook-ca-bundles.ts";

export interface WebhooksCallableOptions {
  readonly client: ApiClient;
  /** Names of the webhook configurations; absent: all with our label. */
  readonly names?: readonly string[];
  /** This replica's own webhook server: not the Service, which leads here only once we are ready. */
  readonly own: { readonly host: string; readonly port: number };
  /** The name under which the API server calls. */
  readonly serverName: string;
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_MS = 500;
const ANSWER_WITHIN_MS = 5_000;

/**
 * Whether the API server could call this replica: true once every caBundle that is published verified a call to our own server.
 * It stays true, because a bundle that is wiped later must not take configuration away from sidecars. A configuration that does
 * not exist calls nobody, and is not waited for.
 */
export function watchWebhooksCallable(options: WebhooksCallableOptions, signal: AbortSignal): () => boolean {
  const { clock, log } = options;
  let callable = false;
  let said = "";
  const look = async (): Promise<void> => {
    const obstacle = await findObstacle(options).catch((error: unknown) => String(error));
    if (signal.aborted) return;
    if (obstacle === undefined) {
      callable = true;
      log.info({}, "the webhooks can be called through the published caBundle");
      return;
    }
    if (obstacle !== said) log.info({ obstacle }, "not ready: the webhooks cannot be called yet");
    said = obstacle;
    clock.after(EVERY_MS, () => void look());
  };
  void look();
  return () => callable;
}

/** Why a call would fail now; undefined when none would. */
async function findObstacle(options: WebhooksCallableOptions): Promise<string | undefined> {
  const published = await publishedBundles(options);
  const missing = published.find(({ bundle }) => bundle === "");
  if (missing !== undefined) return `${missing.name} has no caBundle yet`;
  for (const ca of new Set(published.map(({ bundle }) => bundle))) await call(options, ca);
  return undefined;
}

interface Published {
  readonly name: string;
  /** PEM; empty where none is published. */
  readonly bundle: string;
}

interface WebhookConfiguration extends RawObject {
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig: { readonly caBundle?: string } }[];
}

async function publishedBundles({ client, names }: WebhooksCallableOptions): Promise<readonly Published[]> {
  const lists = await Promise.all(
    webhookCollections(names === undefined).map(({ path, query = {} }) =>
      client.json<{ items: readonly WebhookConfiguration[] }>({ path, query }),
    ),
  );
  const ours = lists.flatMap(({ items }) => items).filter(({ metadata }) => names?.includes(metadata.name) ?? true);
  return ours.flatMap(({ webhooks = [] }) =>
    webhooks.map(({ name, clientConfig }) => ({ name, bundle: Buffer.from(clientConfig.caBundle ?? "", "base64").toString("utf8") })),
  );
}

/** As the API server calls: TLS by this authority and this name, and an answer. */
function call({ own, serverName }: WebhooksCallableOptions, ca: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const target = { ...own, servername: serverName, ca, path: "/ready", agent: false, timeout: ANSWER_WITHIN_MS };
    const sent = request(target, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`our own webhook server answers ${response.statusCode}`));
    });
    sent.on("timeout", () => sent.destroy(new Error("our own webhook server does not answer")));
    sent.on("error", reject);
    sent.end();
  });
}
