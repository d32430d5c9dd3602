import type { ResourceType } from "../rpc/resource.ts";

/**
 * What one Envoy must have taken before its pod is ready: the whole first set of each type that decides where calls go. Once
 * it is whole it stays so until the next Envoy: what is refused later leaves something good in force.
 */
export interface FirstConfiguration {
  /** Envoy is about to be served all of a type; `names` is called only where it counts. */
  dueAll(type: ResourceType, names: () => readonly string[]): void;
  /** Envoy asked for these by name: due until it is known that there are none, though the controller has yet to say. */
  asked(type: ResourceType, names: readonly string[]): void;
  /** Envoy is about to be served those of these that are `required`, and told that there are none of the others. */
  decided(type: ResourceType, names: readonly string[], required: () => readonly string[]): void;
  /** Envoy holds these; with none of them, that it holds that there is none. */
  taken(type: ResourceType, names: Iterable<string>): void;
  /** Nobody wants these of Envoy any more. */
  gone(type: ResourceType, names: Iterable<string>): void;
  /** Due, and not taken in any version. */
  isOpen(type: ResourceType, name: string): boolean;
  /** What is missing, with the names that are due; empty once it is whole. */
  missing(): ReadonlyMap<ResourceType, readonly string[]>;
  /** A new Envoy holds nothing. */
  restart(): void;
}

/** Types of which Envoy asks for everything: until it has been answered, nothing is known to be missing. */
const WHOLE_TYPES: readonly ResourceType[] = ["cluster", "listener"];
const GATING_TYPES: readonly ResourceType[] = [...WHOLE_TYPES, "route"];

interface Progress {
  readonly open: Set<string>;
  served: boolean;
  answered: boolean;
}

/** `becameWhole` is called once an Envoy. */
export function createFirstConfiguration(becameWhole: (types: readonly ResourceType[]) => void): FirstConfiguration {
  const progress = new Map<ResourceType, Progress>();
  let whole = false;
  const restart = (): void => {
    whole = false;
    for (const type of GATING_TYPES) {
      const named = !WHOLE_TYPES.includes(type);
      progress.set(type, { open: new Set(), served: named, answered: named });
    }
  };
  restart();
  const drop = (type: ResourceType, names: Iterable<string>): void => {
    for (const name of names) progress.get(type)?.open.delete(name);
  };
  const look = (): void => {
    if (whole || ![...progress.values()].every(isWhole)) return;
    whole = true;
    becameWhole(GATING_TYPES);
  };
  return {
    dueAll: (type, names) => {
      const one = progress.get(type);
      if (whole || one === undefined || one.served) return;
      one.served = true;
      for (const name of names()) one.open.add(name);
    },
    asked: (type, names) => {
      if (whole || WHOLE_TYPES.includes(type)) return;
      for (const name of names) progress.get(type)?.open.add(name);
    },
    decided: (type, names, required) => {
      if (whole || WHOLE_TYPES.includes(type) || !progress.has(type)) return;
      drop(type, new Set(names).difference(new Set(required())));
      look();
    },
    taken: (type, names) => {
      drop(type, names);
      const one = progress.get(type);
      if (one?.served) one.answered = true;
      look();
    },
    gone: (type, names) => {
      drop(type, names);
      look();
    },
    isOpen: (type, name) => progress.get(type)?.open.has(name) ?? false,
    missing: () => (whole ? new Map() : missingOf(progress)),
    restart,
  };
}

const isWhole = ({ open, served, answered }: Progress): boolean => served && answered && open.size === 0;

function missingOf(progress: ReadonlyMap<ResourceType, Progress>): ReadonlyMap<ResourceType, readonly string[]> {
  const missing = [...progress].filter(([, one]) => !isWhole(one));
  return new Map(missing.map(([type, { open }]) => [type, [...open]]));
}
