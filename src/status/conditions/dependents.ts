/** Which objects' answers came from which places, so that a change of a place finds them. */
export interface Dependents<K extends string> {
  /** Replaces what is known of the object. */
  set(object: K, places: ReadonlySet<string>): void;
  forget(object: K): void;
  of(place: string): Iterable<K>;
}

export function createDependents<K extends string>(): Dependents<K> {
  const places = new Map<K, ReadonlySet<string>>();
  const objects = new Map<string, Set<K>>();
  const forget = (object: K): void => {
    for (const place of places.get(object) ?? []) {
      const there = objects.get(place);
      there?.delete(object);
      if (there?.size === 0) objects.delete(place);
    }
    places.delete(object);
  };
  return {
    forget,
    set: (object, now) => {
      forget(object);
      places.set(object, now);
      for (const place of now) {
        const there = objects.get(place);
        if (there === undefined) objects.set(place, new Set([object]));
        else there.add(object);
      }
    },
    of: (place) => objects.get(place) ?? [],
  };
}
