import { createLiveWorld } from "../../../../src/analysis/live-world.ts";
import { decode } from "../../../../src/api/decode.ts";
import { type Kind, type ObjectKey, objectKey, type StoredObject } from "../../../../src/api/object.ts";
import { judgeStored } from "../../../../src/main/judges.ts";
import { createLiveObjects } from "../../../../src/model/live-objects.ts";
import type { ApiRequest } from "../../../../src/source/kubernetes/api-client.ts";
import type { RawObject } from "../../../../src/source/kubernetes/raw-object.ts";
import type { StoredCondition } from "../../../../src/status/conditions/condition.ts";
import { keepStatuses } from "../../../../src/status/conditions/status-writer.ts";
import { createStoredStatuses } from "../../../../src/status/conditions/stored-statuses.ts";
import { createLeadership } from "../../../../src/status/leadership.ts";
import { fakeApi } from "../fake-api.ts";
import { type Before, watchedObjects } from "../watched-objects.ts";

export interface Status {
  readonly observedGeneration: number;
  readonly conditions: readonly (StoredCondition & { readonly lastTransitionTime: string })[];
}

/** The objects of a cluster, kept as the API server keeps them, which replicas watch. */
export function smallCluster() {
  const { clock, raws, store, remove, writtenTo, watch, pass } = watchedObjects();
  /** Takes over our part of a status, as server-side apply does with one manager. */
  const applied = (request: ApiRequest): RawObject => {
    const key = writtenTo(request) as ObjectKey;
    return store(key, { ...(raws.get(key) as RawObject), status: (request.body as { status: object }).status });
  };
  const put = (kind: Kind, at: string, spec: object): void => {
    const [namespace = "", name = ""] = at.split("/");
    const key = objectKey(kind, namespace, name);
    const generation = (raws.get(key)?.metadata.generation ?? 0) + 1;
    const apiVersion = kind === "Service" || kind === "Pod" ? "v1" : "networking.istio.io/v1";
    store(key, { ...raws.get(key), apiVersion, kind, metadata: { name, namespace, uid: `uid-${name}`, generation }, spec });
  };
  return {
    clock,
    put,
    /** Something else than us writes the status. */
    putStatus: (key: string, status: object) => void store(key as ObjectKey, { ...(raws.get(key as ObjectKey) as RawObject), status }),
    remove: (key: string) => remove(key as ObjectKey),
    status: (key: string) => raws.get(key as ObjectKey)?.["status"] as Status | undefined,
    replica: (before: Before = () => undefined) =>
      watch(
        replicaOf(clock, async (request) => {
          await before(request);
          return applied(request);
        }),
      ),
    pass,
  };
}

export type SmallCluster = ReturnType<typeof smallCluster>;

function replicaOf(clock: SmallCluster["clock"], answer: (request: ApiRequest) => unknown) {
  const { client, requests } = fakeApi(answer);
  const leadership = createLeadership();
  const statuses = createStoredStatuses();
  const objects = createLiveObjects();
  const end = new AbortController();
  const seen = { lines: [] as string[], transitions: [] as string[], judged: [] as string[] };
  const line = (_: object, message: string) => void seen.lines.push(message);
  const world = createLiveWorld((place) => writer.touched(place));
  const judge = (object: StoredObject, asked: (place: string) => void) => {
    seen.judged.push(object.metadata.name);
    return judgeStored(object, world, asked);
  };
  const writer = keepStatuses(
    {
      ...{ client, leadership, statuses, clock, judge, count: () => undefined },
      object: (key) => objects.get(...(key.split("/") as [Kind, string, string])),
      transition: (address, _, { type, reason }) => void seen.transitions.push(`${type} ${reason} ${address.name}`),
      log: { debug: () => undefined, info: line, warn: line, error: line },
    },
    end.signal,
  );
  const take = (key: ObjectKey, after?: StoredObject): void => {
    const delta = new Map([[key, after === undefined ? {} : { after }]]);
    objects.apply(delta);
    world.apply(delta);
  };
  return {
    ...{ leadership, requests, seen },
    put: (key: ObjectKey, raw: RawObject): void => {
      const read = decode(raw);
      statuses.upsert(key, raw, read);
      if (read.ok) take(key, read.value);
    },
    remove: (key: ObjectKey): void => {
      statuses.remove(key);
      take(key);
    },
  };
}
