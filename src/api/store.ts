import type { ObjectKey, StoredObject } from "./object.ts";

/** One object before and after; `before` is absent for an arrival, `after` for a removal. */
export interface Change {
  readonly before?: StoredObject;
  readonly after?: StoredObject;
}

/** A set of changes that are taken in together. */
export type Delta = ReadonlyMap<ObjectKey, Change>;

/** What a source of objects tells the rest: whole first, then change by change. */
export interface ObjectSource {
  /** Begins to watch. Resolves when every kind was listed once, and `listener` has been told of all of it. Ends with `signal`. */
  start(listener: (delta: Delta) => void, signal: AbortSignal): Promise<void>;
}

/** Whom a token belongs to. */
export interface TokenIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Says whose a service-account token is, or why it is refused. Kubernetes answers by TokenReview, standalone by its key. Rejects when nobody can say now. */
export interface TokenReviewer {
  review(token: string, audience: string): Promise<{ ok: true; value: TokenIdentity } | { ok: false; error: string }>;
}
