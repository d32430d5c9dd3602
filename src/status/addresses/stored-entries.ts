import { givenAddresses } from "../../api/given-addresses.ts";
import { hostsToAddress } from "../../api/hosts-to-address.ts";
import { isJsonObject, ownField } from "../../api/json-kind.ts";
import { isKind, type ObjectKey, type StoredObject } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import type { RawObserver } from "../../source/kubernetes/object-intake.ts";
import type { ManagedFields, RawObject } from "../../source/kubernetes/raw-object.ts";
import { isOlder, type Version } from "../version-order.ts";
import { type AddressBook, type Allotment, type BookEntry, createAddressBook } from "./address-book.ts";

/** Under which name the API server keeps that addresses are ours. */
export const ADDRESSES_MANAGER = "fairlead-addresses";

/** A ServiceEntry as last seen, as far as its addresses go. */
export interface StoredEntry extends BookEntry, Version {
  readonly generation: number;
  /** False where nothing could ever be read of it, so that nobody knows which hosts it has. */
  readonly readable: boolean;
  /** Whether the addresses in its status are ours to take away. */
  readonly ours: boolean;
  /** Other managers that hold them. */
  readonly others: readonly string[];
}

/**
 * All ServiceEntries and who has which address, as last seen. A follower keeps the book too: when it leads it knows what is given, and what rests.
 */
export interface StoredEntries extends RawObserver {
  get(key: ObjectKey): StoredEntry | undefined;
  keys(): Iterable<ObjectKey>;
  allot(key: ObjectKey): Allotment;
  /** Takes what a write was answered with; its hosts are as they were. */
  answered(key: ObjectKey, raw: RawObject): void;
  count: AddressBook["count"];
  /** One listener, told of each entry that came, changed or went, and of each that may have lost an address by it. */
  onChange(listener: (key: ObjectKey) => void): void;
}

const PREFIX = "ServiceEntry/";
const objectKeyOf = (key: string): ObjectKey => `${PREFIX}${key}` as ObjectKey;

/** The key of an entry in itself, `namespace/name`. */
export function entryKeyOf(key: ObjectKey): string {
  return key.slice(PREFIX.length);
}

export function createStoredEntries(clock: Clock): StoredEntries {
  const entries = new Map<ObjectKey, StoredEntry>();
  const book = createAddressBook();
  let tell = (_key: ObjectKey): void => undefined;
  const put = (key: ObjectKey, after: StoredEntry): readonly ObjectKey[] => {
    const before = entries.get(key);
    if (before !== undefined && isOlder(after, before)) return [];
    entries.set(key, after);
    return [key, ...[...book.put(after, clock.now())].map(objectKeyOf)];
  };
  return {
    get: (key) => entries.get(key),
    keys: () => entries.keys(),
    allot: (key) => book.allot(entryKeyOf(key), clock.now()),
    count: book.count,
    onChange: (listener) => {
      tell = listener;
    },
    upsert: (key, raw, read) => {
      if (!key.startsWith(PREFIX)) return;
      for (const each of put(key, entryOf(raw, read.ok ? partsOf(read.value) : entries.get(key)))) tell(each);
    },
    answered: (key, raw) => void put(key, entryOf(raw, entries.get(key))),
    remove: (key) => {
      if (!entries.delete(key)) return;
      book.remove(entryKeyOf(key), clock.now());
      tell(key);
    },
  };
}

type Parts = Pick<StoredEntry, "hosts" | "written" | "readable">;

function partsOf(object: StoredObject): Parts | undefined {
  if (!isKind("ServiceEntry", object)) return undefined;
  return { hosts: hostsToAddress(object), written: object.spec.addresses ?? [], readable: true };
}

function entryOf(raw: RawObject, parts: Parts | undefined): StoredEntry {
  const { namespace = "", name, uid = "", resourceVersion = "", generation = 0, creationTimestamp: created = "" } = raw.metadata;
  const { hosts = [], written = [], readable = false } = parts ?? {};
  const holders = (raw.metadata.managedFields ?? []).filter(holdsAddresses);
  const isOurs = ({ manager, operation }: ManagedFields): boolean => manager === ADDRESSES_MANAGER && operation === "Apply";
  return {
    ...{ key: `${namespace}/${name}`, created, uid, resourceVersion, generation },
    ...{ hosts, written, readable },
    given: givenAddresses(raw["status"]),
    ours: holders.some(isOurs),
    others: holders.filter((holder) => !isOurs(holder)).map(({ manager = "" }) => manager),
  };
}

function holdsAddresses({ fieldsV1 = {} }: ManagedFields): boolean {
  const status = ownField(fieldsV1, "f:status");
  return isJsonObject(status) && ownField(status, "f:addresses") !== undefined;
}
