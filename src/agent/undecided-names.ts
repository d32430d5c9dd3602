import type { Clock } from "../base/clock.ts";
import type { DeltaRequest } from "../rpc/delta-request.ts";

/** Names that Envoy asked for and that the controller has not yet answered: Envoy hears of them when it has. */
export interface UndecidedNames {
  /**
   * Splits a request: what can be answered now comes back (undefined when that is nothing), the rest is kept.
   * `names` is what the request subscribes to, the wildcard spelt out.
   */
  hold(request: DeltaRequest, names: readonly string[], decided: (name: string) => boolean): DeltaRequest | undefined;
  /** Requests for kept names that are decided now. */
  release(typeUrl: string, decided: (name: string) => boolean): readonly DeltaRequest[];
  typeUrls(): readonly string[];
  end(): void;
}

/** After this a name counts as absent: a controller that hangs must not keep Envoy from starting. The wildcard waits without limit. */
const PATIENCE_MS = 3000;

interface Kept {
  readonly names: Set<string>;
  initialVersions: ReadonlyMap<string, string>;
  cancel: () => void;
}

/** `expired` is called with the type URL when patience ended; it then calls `release` with everything but the wildcard decided. */
export function createUndecidedNames(clock: Clock, expired: (typeUrl: string) => void): UndecidedNames {
  const kept = new Map<string, Kept>();
  const keep = (request: DeltaRequest, names: readonly string[]): void => {
    const one = kept.get(request.typeUrl) ?? { names: new Set<string>(), initialVersions: new Map(), cancel: () => {} };
    kept.set(request.typeUrl, one);
    for (const name of names) one.names.add(name);
    one.initialVersions = new Map([...one.initialVersions, ...request.initialVersions]);
    one.cancel();
    one.cancel = clock.after(PATIENCE_MS, () => expired(request.typeUrl));
  };
  return {
    hold: (request, names, decided) => {
      const open = names.filter((name) => !decided(name));
      for (const name of request.unsubscribe) kept.get(request.typeUrl)?.names.delete(name);
      if (open.length === 0) return request;
      keep(request, open);
      const subscribe = names.filter(decided);
      // An empty first request would be read as the wildcard.
      const empty = subscribe.length === 0 && request.nonce === "" && request.unsubscribe.length === 0;
      return empty ? undefined : { ...request, subscribe };
    },
    release: (typeUrl, decided) => {
      const one = kept.get(typeUrl);
      const names = one ? [...one.names].filter(decided) : [];
      if (one === undefined || names.length === 0) return [];
      for (const name of names) one.names.delete(name);
      if (one.names.size === 0) {
        one.cancel();
        kept.delete(typeUrl);
      }
      return [{ typeUrl, subscribe: names, unsubscribe: [], initialVersions: one.initialVersions, nonce: "" }];
    },
    typeUrls: () => [...kept.keys()],
    end: () => {
      for (const one of kept.values()) one.cancel();
      kept.clear();
    },
  };
}
