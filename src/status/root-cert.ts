import type { Clock } from "../base/clock.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { hasCode } from "../source/kubernetes/api-error.ts";
import type { RawObject } from "../source/kubernetes/raw-object.ts";
import { runReflector } from "../source/kubernetes/reflector.ts";
import type { Log } from "../source/log.ts";
import { type Leadership, whileLeading } from "./leadership.ts";
import { createWorkQueue, type WorkQueue } from "./work-queue.ts";

export const ROOT_CERT_CONFIG_MAP = "istio-ca-root-cert";
export const ROOT_CERT_KEY = "root-cert.pem";

export interface RootCertOptions {
  readonly client: ApiClient;
  readonly leadership: Leadership;
  /** The trust bundle of this moment, PEM. */
  readonly rootCert: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Something that keeps written what should be written. */
export interface Reconciler {
  /** What is to be written has changed: look at everything again. */
  poke(): void;
}

/** Keeps the trust bundle in a ConfigMap of every namespace, while this replica leads: where it is missing, changed or wiped, it is written. */
export function reconcileRootCert(options: RootCertOptions, signal: AbortSignal): Reconciler {
  let poke = (): void => undefined;
  whileLeading(options.leadership, signal, (term) => {
    poke = runTerm(options, term);
    term.addEventListener("abort", () => {
      poke = () => undefined;
    });
  });
  return { poke: () => poke() };
}

function runTerm(options: RootCertOptions, signal: AbortSignal): () => void {
  const namespaces = new Set<string>();
  const written = new Map<string, string>();
  let synced = 0;
  const task = async (namespace: string): Promise<void> => {
    const wanted = options.rootCert();
    if (!namespaces.has(namespace) || written.get(namespace) === wanted) return;
    await write(options.client, namespace, wanted);
  };
  const queue = createWorkQueue({ ...options, task, signal });
  const all = (): void => addAll(queue, namespaces);
  // Only with both lists at hand is it known what is missing.
  const listed = (): void => {
    synced++;
    if (synced >= 2) all();
  };
  const look = (namespace: string): void => {
    if (synced >= 2) queue.add(namespace);
  };
  const namespaceSeen = (raw: RawObject): void => {
    if (raw.metadata.deletionTimestamp === undefined) namespaces.add(raw.metadata.name);
    else namespaces.delete(raw.metadata.name);
    look(raw.metadata.name);
  };
  const textSeen = (namespace: string, text: string | undefined): void => {
    if (text === undefined) written.delete(namespace);
    else written.set(namespace, text);
    look(namespace);
  };
  const namespaceGone = (key: string): void => {
    namespaces.delete(key.slice(1));
    written.delete(key.slice(1));
  };
  void runReflector({ ...options, collection: NAMESPACES }, { upsert: namespaceSeen, remove: namespaceGone, synced: once(listed) }, signal);
  const mapSeen = (raw: RawObject): void => textSeen(raw.metadata.namespace ?? "", textOf(raw));
  const mapGone = (key: string): void => textSeen(key.slice(0, key.indexOf("/")), undefined);
  void runReflector({ ...options, collection: CONFIG_MAPS }, { upsert: mapSeen, remove: mapGone, synced: once(listed) }, signal);
  return all;
}

const NAMESPACES = { path: "/api/v1/namespaces", apiVersion: "v1", kind: "Namespace" };
const CONFIG_MAPS = {
  path: "/api/v1/configmaps",
  apiVersion: "v1",
  kind: "ConfigMap",
  query: { fieldSelector: `metadata.name=${ROOT_CERT_CONFIG_MAP}` },
};

function addAll(queue: WorkQueue, keys: Iterable<string>): void {
  for (const key of keys) queue.add(key);
}

function once(task: () => void): () => void {
  let done = false;
  return () => {
    if (!done) task();
    done = true;
  };
}

function textOf(raw: RawObject): string | undefined {
  return (raw["data"] as Readonly<Record<string, string>> | undefined)?.[ROOT_CERT_KEY];
}

/** By server-side apply: made or mended in one call, and what others wrote beside it stays. */
async function write(client: ApiClient, namespace: string, pem: string): Promise<void> {
  const labels = { "app.kubernetes.io/managed-by": "fairlead" };
  const body = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ROOT_CERT_CONFIG_MAP, namespace, labels },
    data: { [ROOT_CERT_KEY]: pem },
  };
  const path = `/api/v1/namespaces/${namespace}/configmaps/${ROOT_CERT_CONFIG_MAP}`;
  const query = { fieldManager: "fairlead", force: "true" };
  try {
    await client.json({ method: "PATCH", path, query, body, contentType: "application/apply-patch+yaml" });
  } catch (error) {
    // The namespace went away, or is going: nothing is missing there.
    const going = hasCode(error, 403) && /being terminated/.test((error as Error).message);
    if (!going && !hasCode(error, 404)) throw error;
  }
}
