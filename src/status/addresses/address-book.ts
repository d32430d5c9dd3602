import type { GivenAddress } from "../../api/object.ts";
import { canonicalAddress } from "../../base/address.ts";
import { FAMILIES, type Family, familyOf } from "./ranges.ts";
import { createSlots, type Slots } from "./slots.ts";

/** What the book knows of a ServiceEntry. */
export interface BookEntry {
  /** `namespace/name`. */
  readonly key: string;
  /** RFC 3339; who was there first keeps an address that two have. */
  readonly created: string;
  /** Hosts that are to have addresses, as they are written, each once. */
  readonly hosts: readonly string[];
  /** What stands in its status. */
  readonly given: readonly GivenAddress[];
  /** Addresses that the user wrote. */
  readonly written: readonly string[];
}

export interface Allotment {
  /** What should stand in the status: hosts in their order, IPv4 before IPv6. */
  readonly addresses: readonly GivenAddress[];
  /** Families of which no address is left for a host. */
  readonly exhausted: ReadonlySet<Family>;
}

/**
 * Who has which automatic address. What stands in a status counts, whoever wrote it, before what is only given out: another leader may have given
 * it to somebody else meanwhile. Of two in whose statuses the same stands, the older object has it. Work is in proportion to one entry's hosts,
 * however many entries there are. Times are arguments: milliseconds of any one clock.
 */
export interface AddressBook {
  /** Takes an entry in as it is stored now. Gives the keys of others that may have lost an address by it. */
  put(entry: BookEntry, now: number): ReadonlySet<string>;
  remove(key: string, now: number): void;
  /** What an entry should have; gives out what it lacks, and keeps that for it from now on. */
  allot(key: string, now: number): Allotment;
  /** How many addresses of a family stand in statuses or are given out. */
  count(family: Family): number;
}

interface Owner {
  /** `namespace/name/host`, the host in lower case. */
  readonly id: string;
  readonly entry: string;
  created: string;
  /** Whether it is to have addresses; it may hold some all the same, until they are taken away. */
  wants: boolean;
  /** Addresses of our ranges that stand in the status for it. */
  standing: readonly string[];
  /** What was given out here and does not stand there yet. */
  unwritten: ReadonlyMap<Family, string>;
}

type Holding = Pick<Owner, "standing" | "unwritten">;

interface Page {
  readonly entry: BookEntry;
  readonly owners: ReadonlyMap<string, Owner>;
}

const NOTHING: Holding = { standing: [], unwritten: new Map() };

export function createAddressBook(): AddressBook {
  const pages = new Map<string, Page>();
  const slots = createSlots<Owner>();
  return {
    put: (entry, now) => {
      const before = pages.get(entry.key);
      const page = turnPage(slots, before, entry, now);
      pages.set(entry.key, page);
      rewrite(slots, before?.entry.written ?? [], entry.written);
      const rivals = rivalsOf(slots, page);
      for (const owner of page.owners.values()) goBefore(slots, owner, now);
      return rivals;
    },
    remove: (key, now) => {
      const page = pages.get(key);
      if (page === undefined) return;
      pages.delete(key);
      for (const owner of page.owners.values()) hold(slots, owner, NOTHING, now);
      rewrite(slots, page.entry.written, []);
    },
    allot: (key, now) => {
      slots.expire(now);
      const page = pages.get(key);
      const exhausted = new Set<Family>();
      const addresses = (page?.entry.hosts ?? []).flatMap((host) => {
        const owner = page?.owners.get(host.toLowerCase()) as Owner;
        return FAMILIES.flatMap((family) => {
          const value = choose(slots, owner, family, now);
          if (value === undefined) exhausted.add(family);
          return value === undefined ? [] : { value, host };
        });
      });
      return { addresses, exhausted };
    },
    count: slots.owned,
  };
}

/** Owners of an entry as it is now; those of hosts that it no longer has give back what no longer stands in its status. */
function turnPage(slots: Slots<Owner>, before: Page | undefined, entry: BookEntry, now: number): Page {
  const standing = Map.groupBy(standingOf(entry), ({ host }) => host);
  const wanting = new Set(entry.hosts.map((host) => host.toLowerCase()));
  const owners = new Map<string, Owner>();
  for (const host of new Set([...wanting, ...standing.keys(), ...(before?.owners.keys() ?? [])])) {
    const owner = before?.owners.get(host) ?? newOwner(entry, host);
    owner.created = entry.created;
    owner.wants = wanting.has(host);
    const addresses = (standing.get(host) ?? []).map(({ address }) => address);
    const stands = new Set(addresses.map(familyOf));
    const unwritten = owner.wants ? [...owner.unwritten].filter(([family]) => !stands.has(family)) : [];
    hold(slots, owner, { standing: addresses, unwritten: new Map(unwritten) }, now);
    if (owner.wants || addresses.length > 0) owners.set(host, owner);
  }
  return { entry, owners };
}

function newOwner({ key, created }: BookEntry, host: string): Owner {
  return { id: `${key}/${host}`, entry: key, created, wants: false, ...NOTHING };
}

/** What stands in a status and lies in our ranges. */
function standingOf({ given }: BookEntry): readonly { readonly host: string; readonly address: string }[] {
  return given.flatMap(({ value, host }) => {
    const address = canonicalAddress(value);
    return familyOf(address) === undefined ? [] : { host: host.toLowerCase(), address };
  });
}

/** From now on the owner holds these addresses and no others. */
function hold(slots: Slots<Owner>, owner: Owner, next: Holding, now: number): void {
  const [before, after] = [heldBy(owner), heldBy(next)];
  owner.standing = next.standing;
  owner.unwritten = next.unwritten;
  for (const address of after) slots.claim(address, owner);
  for (const address of before) if (!after.has(address)) slots.release(address, owner, now);
}

function heldBy({ standing, unwritten }: Holding): ReadonlySet<string> {
  return new Set([...standing, ...unwritten.values()]);
}

/** Counts addresses that users wrote by hand. */
function rewrite(slots: Slots<Owner>, before: readonly string[], after: readonly string[]): void {
  const ours = (list: readonly string[]): readonly string[] => list.map(canonicalAddress).filter((each) => familyOf(each) !== undefined);
  for (const address of ours(after)) slots.write(address, 1);
  for (const address of ours(before)) slots.write(address, -1);
}

/** Entries of others who hold an address that this one holds too. */
function rivalsOf(slots: Slots<Owner>, { entry, owners }: Page): ReadonlySet<string> {
  const held = [...owners.values()].flatMap((owner) => [...heldBy(owner)]);
  const rivals = new Set(held.flatMap((address) => [...slots.ownersOf(address)].map((owner) => owner.entry)));
  rivals.delete(entry.key);
  return rivals;
}

/** What stands in the status of one that is to have it is taken from those to whom it was only given out. */
function goBefore(slots: Slots<Owner>, owner: Owner, now: number): void {
  if (!owner.wants) return;
  for (const address of owner.standing) {
    for (const other of [...slots.ownersOf(address)]) {
      const unwritten = new Map([...other.unwritten].filter(([, each]) => each !== address));
      if (unwritten.size < other.unwritten.size) hold(slots, other, { standing: other.standing, unwritten }, now);
    }
  }
}

/** What stands in the status, else what was given out, else what was given back last, else the first free one. */
function choose(slots: Slots<Owner>, owner: Owner, family: Family, now: number): string | undefined {
  const { standing } = owner;
  const found = [...standing.filter((address) => familyOf(address) === family), owner.unwritten.get(family)];
  const kept = found.find((address) => address !== undefined && isFirst(slots, address, owner));
  const address = kept ?? newAddress(slots, owner, family);
  const unwritten = new Map(owner.unwritten);
  if (address === undefined || standing.includes(address)) unwritten.delete(family);
  else unwritten.set(family, address);
  hold(slots, owner, { standing, unwritten }, now);
  return address;
}

function newAddress(slots: Slots<Owner>, owner: Owner, family: Family): string | undefined {
  const [resting] = slots.restingOf(owner, family).filter((address) => slots.isFreeFor(address, owner));
  return resting ?? slots.firstFree(owner, family);
}

function isFirst(slots: Slots<Owner>, address: string, owner: Owner): boolean {
  return [...slots.ownersOf(address)].every((other) => other === owner || isBefore(owner, other));
}

/** Who does not want an address gives way, then the younger object; of equally old ones names decide. */
function isBefore(one: Owner, other: Owner): boolean {
  if (one.wants !== other.wants) return one.wants;
  if (one.created !== other.created) return one.created < other.created;
  return one.id < other.id;
}
