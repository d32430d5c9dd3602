import type { Clock } from "../base/clock.ts";
import type { EncodedResource } from "../rpc/resource.ts";

/** Responses of the controller that are stored and wait for what Envoy says to them. */
export interface PendingAnswers {
  /** `resources` are those that Envoy is about to be sent; with none of them the answer goes at once. */
  wait(typeUrl: string, nonce: string, resources: readonly EncodedResource[]): void;
  accepted(typeUrl: string, resources: readonly EncodedResource[]): void;
  rejected(typeUrl: string, resources: readonly EncodedResource[], message: string): void;
  /** Envoy went: everything stored is acknowledged. */
  release(): void;
  /** The controller went: nobody waits for an answer. */
  forget(): void;
}

export type SendAnswer = (typeUrl: string, nonce: string, error?: string) => void;

/**
 * Envoy refuses at once, but acknowledges clusters only when they are warm: after this the controller is told that the
 * configuration is stored, and a refusal that comes later refers to the last response of its type.
 */
const PATIENCE_MS = 250;

interface Pending {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly missing: Map<string, string>;
  readonly cancel: () => void;
}

export function createPendingAnswers(clock: Clock, send: SendAnswer): PendingAnswers {
  const pending = new Set<Pending>();
  const last = new Map<string, string>();
  const finish = (one: Pending, error?: string): void => {
    one.cancel();
    if (pending.delete(one)) send(one.typeUrl, one.nonce, error);
  };
  const holding = (typeUrl: string, resource: EncodedResource): Pending[] =>
    [...pending].filter((one) => one.typeUrl === typeUrl && one.missing.get(resource.name) === resource.version);
  return {
    wait: (typeUrl, nonce, resources) => {
      last.set(typeUrl, nonce);
      if (resources.length === 0) return send(typeUrl, nonce);
      const missing = new Map(resources.map(({ name, version }) => [name, version]));
      const one: Pending = { typeUrl, nonce, missing, cancel: clock.after(PATIENCE_MS, () => finish(one)) };
      pending.add(one);
    },
    accepted: (typeUrl, resources) => {
      for (const resource of resources) {
        for (const one of holding(typeUrl, resource)) {
          one.missing.delete(resource.name);
          if (one.missing.size === 0) finish(one);
        }
      }
    },
    rejected: (typeUrl, resources, message) => {
      const refused = new Set(resources.flatMap((resource) => holding(typeUrl, resource)));
      for (const one of refused) finish(one, message);
      const nonce = last.get(typeUrl);
      if (refused.size === 0 && nonce !== undefined) send(typeUrl, nonce, message);
    },
    release: () => {
      for (const one of [...pending]) finish(one);
    },
    forget: () => {
      for (const one of pending) one.cancel();
      pending.clear();
      last.clear();
    },
  };
}
