/** What one or all of Envoy's streams want of one type. */
export interface Wanted {
  readonly wildcard: boolean;
  readonly names: ReadonlySet<string>;
}

/** What a change of wishes means for the controller. */
export interface WantedChange {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
}

/** Wishes of several streams, and their union: the controller is asked once, however many streams want a name. */
export interface Subscriptions {
  /** `owner` is any name; the same name adds up. `*` is the wildcard. */
  add(owner: string, typeUrl: string, names: Iterable<string>): WantedChange;
  remove(owner: string, typeUrl: string, names: Iterable<string>): WantedChange;
  /** All of an owner's wishes end. By type URL. */
  drop(owner: string): ReadonlyMap<string, WantedChange>;
  covers(owner: string, typeUrl: string, name: string): boolean;
  union(): ReadonlyMap<string, Wanted>;
}

/** owner → type URL → names */
type Wishes = Map<string, Map<string, Set<string>>>;

export function createSubscriptions(): Subscriptions {
  const wishes: Wishes = new Map();
  const wantedBySome = (typeUrl: string, name: string): boolean =>
    [...wishes.values()].some((types) => types.get(typeUrl)?.has(name) ?? false);
  const remove = (owner: string, typeUrl: string, names: Iterable<string>): WantedChange => {
    const held = namesOf(wishes, owner, typeUrl);
    const gone = [...names].filter((name) => held.delete(name));
    return { subscribe: [], unsubscribe: gone.filter((name) => !wantedBySome(typeUrl, name)) };
  };
  return {
    add: (owner, typeUrl, names) => {
      const fresh = [...names].filter((name) => !wantedBySome(typeUrl, name));
      const held = namesOf(wishes, owner, typeUrl);
      for (const name of names) held.add(name);
      return { subscribe: fresh, unsubscribe: [] };
    },
    remove,
    drop: (owner) => {
      const types = [...(wishes.get(owner) ?? [])];
      const changes = new Map(types.map(([typeUrl, names]) => [typeUrl, remove(owner, typeUrl, [...names])]));
      wishes.delete(owner);
      return changes;
    },
    covers: (owner, typeUrl, name) => {
      const names = wishes.get(owner)?.get(typeUrl);
      return names !== undefined && (names.has(name) || names.has("*"));
    },
    union: () => unionOf(wishes),
  };
}

function namesOf(wishes: Wishes, owner: string, typeUrl: string): Set<string> {
  const types = wishes.get(owner) ?? new Map<string, Set<string>>();
  wishes.set(owner, types);
  const names = types.get(typeUrl) ?? new Set<string>();
  types.set(typeUrl, names);
  return names;
}

function unionOf(wishes: Wishes): ReadonlyMap<string, Wanted> {
  const union = new Map<string, Set<string>>();
  for (const [typeUrl, names] of [...wishes.values()].flatMap((types) => [...types])) {
    union.set(typeUrl, (union.get(typeUrl) ?? new Set()).union(names));
  }
  const wanted = ([typeUrl, names]: readonly [string, Set<string>]): readonly [string, Wanted] => {
    const wildcard = names.delete("*");
    return [typeUrl, { wildcard, names }];
  };
  return new Map([...union].map(wanted));
}
