import type { Delta } from "../../api/store.ts";
import { createChangeBuffer } from "../change-buffer.ts";
import type { Log } from "../log.ts";
import { createMeshConfigKeeper, type MeshConfigKeeper } from "../mesh-config-keeper.ts";
import { createProblemList, type ProblemList } from "../problem-list.ts";
import type { Report } from "../source-problem.ts";
import type { WatchedSource } from "../watched-source.ts";
import type { ApiClient } from "./api-client.ts";
import { connectKubernetes } from "./connect-kubernetes.ts";
import { createLastGoodConfigMap } from "./last-good-config-map.ts";
import { meshCollection, takeMeshConfigMap } from "./mesh-config-map.ts";
import { createObjectIntake, type ObjectIntake, type RawObserver } from "./object-intake.ts";
import { type ReflectorHandler, type ReflectorOptions, runReflector } from "./reflector.ts";
import { type KindCollection, watchedCollections } from "./watched-kinds.ts";

export interface KubernetesSourceOptions {
  /** A kubeconfig file; absent: the pod's own service account, and outside a pod kubectl's defaults. */
  readonly kubeconfig?: string;
  /** Instead of a connection made from `kubeconfig`; the caller closes it. */
  readonly client?: ApiClient;
  /** Where the ConfigMap `istio` is, as istio-system. */
  readonly namespace: string;
  /** Whose mesh configuration it is; absent: `default`. */
  readonly revision?: string;
  readonly log: Log;
  readonly report: Report;
  readonly observers?: readonly RawObserver[];
  readonly pageSize?: number;
  readonly unservedRetryMs?: number;
}

/** Changes of so many milliseconds go out together: an `apply` of a folder is a handful of deltas, one object waits hardly at all. */
const GATHER_MS = 2;

/** Every object fairlead reads, listed and watched at the API server. The first delta holds all of them. */
export function createKubernetesSource(options: KubernetesSourceOptions): WatchedSource {
  const problems = createProblemList(options.log, options.report);
  return {
    problems: problems.all,
    start: (listener, signal) => start({ ...options, problems }, listener, signal),
  };
}

type Parts = KubernetesSourceOptions & { readonly problems: ProblemList };

async function start(parts: Parts, listener: (delta: Delta) => void, signal: AbortSignal): Promise<void> {
  const { log, problems, namespace, revision = "default" } = parts;
  const client = parts.client ?? connectKubernetes(parts);
  if (parts.client === undefined) signal.addEventListener("abort", () => void client.close(), { once: true });
  const outlet = createOutlet(listener, signal);
  const intake = createObjectIntake(problems, outlet.note, parts.observers);
  const keeper = createMeshConfigKeeper(createLastGoodConfigMap(client, { namespace, revision }, signal), problems, log);
  const reflectorOptions = { ...parts, client };
  const listed = watchedCollections().map((collection) => watchKind({ ...reflectorOptions, collection }, intake, signal));
  listed.push(watchMesh({ ...reflectorOptions, collection: meshCollection(namespace, revision) }, { keeper, intake }, signal));
  await Promise.all(listed);
  signal.throwIfAborted();
  outlet.open();
}

type KindOptions = ReflectorOptions & { readonly collection: KindCollection };

function watchKind(options: KindOptions, intake: ObjectIntake, signal: AbortSignal): Promise<void> {
  const { kind } = options.collection;
  return run(options, signal, (synced) => ({
    upsert: (raw) => intake.upsert(kind, raw),
    remove: (key) => intake.remove(kind, key),
    synced,
  }));
}

interface MeshParts {
  readonly keeper: MeshConfigKeeper;
  readonly intake: ObjectIntake;
}

function watchMesh(options: ReflectorOptions, { keeper, intake }: MeshParts, signal: AbortSignal): Promise<void> {
  let there = false;
  let last: Promise<void> = Promise.resolve();
  const put = (decided: ReturnType<MeshConfigKeeper["take"]>): void => {
    last = decided.then(intake.put);
  };
  return run(options, signal, (synced) => ({
    upsert: (raw) => {
      there = true;
      put(takeMeshConfigMap(keeper, raw));
    },
    remove: () => {
      there = false;
      put(keeper.take(undefined));
    },
    synced: () => {
      if (!there) put(keeper.take(undefined));
      void last.then(synced);
    },
  }));
}

/** Starts a reflector; resolves when its collection was listed once, or at the end of `signal`. */
function run(options: ReflectorOptions, signal: AbortSignal, handler: (synced: () => void) => ReflectorHandler): Promise<void> {
  return new Promise((resolve, reject) => {
    runReflector(options, handler(resolve), signal).then(resolve, reject);
  });
}

interface Outlet {
  readonly note: ReturnType<typeof createChangeBuffer>["note"];
  /** From now on changes go to the listener; those gathered so far at once. */
  open(): void;
}

function createOutlet(listener: (delta: Delta) => void, signal: AbortSignal): Outlet {
  const buffer = createChangeBuffer();
  let opened = false;
  let _timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    _timer = undefined;
    const delta = buffer.take();
    if (delta.size > 0 && !signal.aborted) listener(delta);
  };
  return {
    note: (key, before, after) => {
      buffer.note(key, before, after);
      if (opened) _timer ??= setTimeout(flush, GATHER_MS);
    },
    open: () => {
      opened = true;
      flush();
    },
  };
}
