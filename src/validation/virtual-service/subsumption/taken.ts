/** A match, by the index of its rule and its own; without the latter the rule has none and takes everything. */
export interface Place {
  readonly rule: number;
  readonly match?: number;
}

/** How much may still be looked at; whoever looks takes away from it. Below 0 nothing more is looked at. */
export interface Effort {
  left: number;
}

/** What earlier matches take. */
export interface Taken<C> {
  /** The earlier matches that together surely take every call `condition` would take; none: not sure. */
  by(condition: C): readonly Place[];
  add(condition: C, place: Place): void;
}
