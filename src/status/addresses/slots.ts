import { createPlaces, type Places } from "./places.ts";
import { addressAt, FAMILIES, type Family, familyAt, firstPlace, ipv6From, placeOf } from "./ranges.ts";
import { createRests } from "./rests.ts";

/** Which addresses of our ranges are in use or at rest, and whose they are. Every address here lies in one of them. */
export interface Slots<O extends { readonly id: string }> {
  /** Ends rests that are over, so many that it takes no time to speak of; asked before the questions below. */
  expire(now: number): void;
  claim(address: string, owner: O): void;
  /** The owner does without it from now on. If nobody else has it, it rests. */
  release(address: string, owner: O, now: number): void;
  ownersOf(address: string): ReadonlySet<O>;
  /** A user writes it by hand, `1`, or no longer does, `-1`: it is not given meanwhile; who has it keeps it. */
  write(address: string, times: 1 | -1): void;
  /** Whether the owner may get it: nobody has it, and it rests for nobody else. */
  isFreeFor(address: string, owner: O): boolean;
  /** Addresses of a family that rest since the owner gave them back. */
  restingOf(owner: O, family: Family): readonly string[];
  /** How many addresses of a family somebody has. */
  owned(family: Family): number;
  /** The first address of a family that nobody has or writes and that rests for nobody, in an order that follows from the owner's name. */
  firstFree(owner: O, family: Family): string | undefined;
}

interface Slot<O> {
  readonly owners: Set<O>;
  written: number;
}

const NOBODY: ReadonlySet<never> = new Set();

export function createSlots<O extends { readonly id: string }>(): Slots<O> {
  // An address that is free is in no map, so what is kept is in proportion to what is in use.
  const slots = new Map<Family, Map<string, Slot<O>>>(FAMILIES.map((each) => [each, new Map()]));
  const owned = new Map<Family, number>();
  const rests = createRests();
  const places = createPlaces();
  const mapOf = (address: string) => slots.get(familyAt(address)) as Map<string, Slot<O>>;
  const at = (address: string): Slot<O> | undefined => mapOf(address).get(address);
  const made = (address: string): Slot<O> => {
    const slot = at(address) ?? { owners: new Set<O>(), written: 0 };
    mapOf(address).set(address, slot);
    if (familyAt(address) === 4) places.take(placeOf(address));
    return slot;
  };
  const count = (address: string, more: 1 | -1): void => {
    owned.set(familyAt(address), (owned.get(familyAt(address)) ?? 0) + more);
  };
  const tidy = (address: string): void => {
    const slot = at(address);
    const empty = slot?.owners.size === 0 && slot.written === 0 && rests.ownerOf(address) === undefined;
    if (!empty) return;
    mapOf(address).delete(address);
    if (familyAt(address) === 4) places.free(placeOf(address));
  };
  return {
    expire: (now) => {
      for (const address of rests.expire(now)) tidy(address);
    },
    claim: (address, owner) => {
      rests.end(address);
      const { owners } = made(address);
      if (owners.size === 0) count(address, 1);
      owners.add(owner);
    },
    release: (address, owner, now) => {
      const slot = at(address);
      if (!slot?.owners.delete(owner) || slot.owners.size > 0) return;
      count(address, -1);
      rests.begin(address, owner.id, now);
    },
    ownersOf: (address) => at(address)?.owners ?? NOBODY,
    write: (address, times) => {
      made(address).written += times;
      tidy(address);
    },
    isFreeFor: (address, owner) => {
      const slot = at(address);
      if (slot === undefined) return true;
      const rest = rests.ownerOf(address);
      return slot.owners.size === 0 && slot.written === 0 && (rest === undefined || rest === owner.id);
    },
    restingOf: (owner, family) => rests.of(owner.id).filter((address) => familyAt(address) === family),
    owned: (family) => owned.get(family) ?? 0,
    firstFree: ({ id }, family) => {
      if (family === 4) return addressAtNext(places, id);
      for (const address of ipv6From(id)) if (at(address) === undefined) return address;
      return undefined;
    },
  };
}

function addressAtNext(places: Places, name: string): string | undefined {
  const place = places.next(firstPlace(name));
  return place === undefined ? undefined : addressAt(place);
}
