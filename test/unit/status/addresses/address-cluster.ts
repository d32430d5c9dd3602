import { isDeepStrictEqual } from "node:util";
import { decode } from "../../../../src/api/decode.ts";
import { type GivenAddress, type ObjectKey, objectKey } from "../../../../src/api/object.ts";
import type { ApiRequest } from "../../../../src/source/kubernetes/api-client.ts";
import { ApiError } from "../../../../src/source/kubernetes/api-error.ts";
import type { ManagedFields, RawObject } from "../../../../src/source/kubernetes/raw-object.ts";
import { keepAddresses } from "../../../../src/status/addresses/address-writer.ts";
import { createStoredEntries } from "../../../../src/status/addresses/stored-entries.ts";
import { createLeadership } from "../../../../src/status/leadership.ts";
import { fakeApi } from "../fake-api.ts";
import { type Before, watchedObjects } from "../watched-objects.ts";

interface Written {
  readonly metadata: { readonly uid: string; readonly resourceVersion?: string };
  readonly status?: { readonly addresses: readonly GivenAddress[] };
}

const holder = (manager: string, operation: string): ManagedFields => ({
  ...{ manager, operation },
  fieldsV1: { "f:status": { "f:addresses": {} } },
});

function demandMeant({ uid, resourceVersion }: Written["metadata"], { metadata }: RawObject): void {
  if (uid !== metadata.uid) throw new ApiError(409, { message: "Precondition failed: UID in precondition" });
  const other = resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion;
  if (other) throw new ApiError(409, { message: "the object has been modified" });
}

/** ServiceEntries as the API server keeps them, with who holds their addresses, which replicas watch. */
export function addressCluster() {
  const { clock, raws, nextVersion, store, remove, writtenTo, watch, pass } = watchedObjects();
  const addressesOf = (raw: RawObject | undefined): readonly GivenAddress[] =>
    (raw?.["status"] as Written["status"] | undefined)?.addresses ?? [];
  const write = (key: ObjectKey, addresses: readonly GivenAddress[] | undefined, managedFields: readonly ManagedFields[]): RawObject => {
    const raw = raws.get(key) as RawObject;
    return store(key, {
      ...raw,
      metadata: { ...raw.metadata, managedFields },
      status: { conditions: [], ...(addresses && { addresses }) },
    });
  };
  /** Server-side apply of a list that is one field. */
  const applied = (request: ApiRequest): RawObject => {
    const { body, query = {} } = request;
    const key = writtenTo(request);
    const raw = key && raws.get(key);
    if (!raw) throw new ApiError(404, { message: "not found" });
    const { metadata, status } = body as Written;
    demandMeant(metadata, raw);
    const isOurs = ({ manager, operation }: ManagedFields): boolean => manager === query["fieldManager"] && operation === "Apply";
    const others = (raw.metadata.managedFields ?? []).filter((each) => !isOurs(each));
    if (status === undefined) return write(key, others.length > 0 ? addressesOf(raw) : undefined, others);
    const agree = isDeepStrictEqual(status.addresses, addressesOf(raw));
    if (others.length > 0 && !agree && query["force"] !== "true") throw new ApiError(409, { message: "Apply failed with 1 conflict" });
    return write(key, status.addresses, [...(agree ? others : []), holder(query["fieldManager"] ?? "", "Apply")]);
  };
  const put = (at: string, spec: object = {}, labels: Readonly<Record<string, string>> = {}): void => {
    const [namespace = "", name = ""] = at.split("/");
    const key = objectKey("ServiceEntry", namespace, name);
    const before = raws.get(key)?.metadata;
    const creationTimestamp = before?.creationTimestamp ?? new Date(clock.now()).toISOString();
    const generation = (before?.generation ?? 0) + 1;
    const metadata = { ...before, name, namespace, uid: before?.uid ?? `uid-${nextVersion()}`, generation, creationTimestamp, labels };
    const ports = [{ number: 80, name: "http", protocol: "HTTP" }];
    const whole = { hosts: [`${name}.example.com`], resolution: "DNS", ports, ...spec };
    store(key, { ...raws.get(key), apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata, spec: whole });
  };
  const keyOf = (at: string): ObjectKey => `ServiceEntry/${at}` as ObjectKey;
  return {
    clock,
    put,
    remove: (at: string) => remove(keyOf(at)),
    /** Another program writes addresses, by other means than server-side apply: it is asked nothing. */
    putAddresses: (at: string, addresses: readonly GivenAddress[], manager = "pilot-discovery") =>
      void write(keyOf(at), addresses, [holder(manager, "Update")]),
    /** One of our version before, or of another replica, has written addresses. */
    applyAddresses: (at: string, addresses: readonly GivenAddress[]) =>
      void write(keyOf(at), addresses, [holder("fairlead-addresses", "Apply")]),
    /** A program that knows nothing of addresses writes the status as a whole: nobody holds any afterwards. */
    clear: (at: string) => void write(keyOf(at), undefined, []),
    /** Labels are no part of the spec: its version stays. */
    label: (at: string, labels: Readonly<Record<string, string>>): void => {
      const raw = raws.get(keyOf(at)) as RawObject;
      store(keyOf(at), { ...raw, metadata: { ...raw.metadata, labels } });
    },
    /** Something else of the object changes. */
    touch: (at: string) => void store(keyOf(at), raws.get(keyOf(at)) as RawObject),
    of: (at: string): readonly GivenAddress[] => addressesOf(raws.get(keyOf(at))),
    holders: (at: string) => (raws.get(keyOf(at))?.metadata.managedFields ?? []).map(({ manager }) => manager),
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

export type AddressCluster = ReturnType<typeof addressCluster>;

function replicaOf(clock: AddressCluster["clock"], answer: (request: ApiRequest) => unknown) {
  const { client, requests } = fakeApi(answer);
  const leadership = createLeadership();
  const entries = createStoredEntries(clock);
  const end = new AbortController();
  const seen = { lines: [] as string[], results: [] as string[] };
  const line = (fields: object, message: string) => void seen.lines.push(`${(fields as { object?: string }).object ?? ""}: ${message}`);
  const log = { debug: () => undefined, info: line, warn: line, error: line };
  keepAddresses({ client, leadership, entries, clock, log, count: (result) => void seen.results.push(result) }, end.signal);
  return {
    ...{ leadership, requests, seen, entries },
    put: (key: ObjectKey, raw: RawObject): void => entries.upsert(key, raw, decode(raw)),
    remove: (key: ObjectKey): void => entries.remove(key),
  };
}
