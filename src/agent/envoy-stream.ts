import type { Clock } from "../base/clock.ts";
import { type AdsSession, createAdsSession } from "../rpc/ads-session.ts";
import { encodeDeltaResponse } from "../rpc/delta-encoding.ts";
import type { DeltaRequest } from "../rpc/delta-request.ts";
import type { Rejection } from "../rpc/delta-session.ts";
import type { EncodedResource, ResourceType } from "../rpc/resource.ts";
import type { RpcStream } from "../rpc/rpc-stream.ts";
import { type ResourceStore, resourceTypeOf } from "./resource-store.ts";

/** What Envoy said to one response: these it took, and what it did not take. */
export interface EnvoyAnswer {
  readonly type: ResourceType;
  readonly accepted: readonly EncodedResource[];
  readonly removed: readonly string[];
  readonly rejected: readonly EncodedResource[];
  readonly rejection: Rejection | undefined;
}

/** One stream of Envoy, served from the store. */
export interface EnvoyStream {
  /** Takes a request whose names are all decided: in the store, or known to be absent. */
  take(request: DeltaRequest): EnvoyAnswer | undefined;
  changed(type: ResourceType, names: Iterable<string>): void;
  /** Sends what is due, one response at a time, the next when the transport took the last. */
  pump(): void;
  close(): void;
}

/** How long listeners wait for clusters that do not get warm (a DNS server that is silent) before they go anyway. */
const PATIENCE_MS = 2000;

interface Sent {
  readonly resources: readonly EncodedResource[];
  readonly removed: readonly string[];
}

export function createEnvoyStream(store: ResourceStore, stream: RpcStream, clock: Clock): EnvoyStream {
  const session = createAdsSession(store);
  /** Names and versions of responses without an answer; the bodies are let go. */
  const sent = new Map<string, Sent>();
  const patience = createPatience(session, clock, () => pump());
  let writing = false;
  let closed = false;
  const pump = (): void => {
    if (writing || closed) return;
    const response = session.next();
    patience.look();
    if (response === undefined) return;
    const resources = response.resources.map(({ name, version }) => ({ name, version, bytes: NO_BYTES }));
    sent.set(`${response.typeUrl} ${response.nonce}`, { resources, removed: response.removed });
    writing = true;
    stream.send(encodeDeltaResponse(response), () => {
      writing = false;
      pump();
    });
  };
  return {
    take: (request) => {
      const key = `${request.typeUrl} ${request.nonce}`;
      const answered = sent.get(key);
      sent.delete(key);
      const rejection = session.request(request);
      const type = resourceTypeOf(request.typeUrl);
      return answered && type && answerOf(type, answered, rejection);
    },
    changed: (type, names) => session.changed(new Map([[type, names]])),
    pump,
    close: () => {
      closed = true;
      patience.end();
    },
  };
}

const NO_BYTES = new Uint8Array();

function answerOf(type: ResourceType, sent: Sent, rejection: Rejection | undefined): EnvoyAnswer {
  const refused = new Set(rejection?.names);
  return {
    type,
    accepted: sent.resources.filter((resource) => !refused.has(resource.name)),
    rejected: sent.resources.filter((resource) => refused.has(resource.name)),
    removed: sent.removed,
    rejection,
  };
}

function createPatience(session: AdsSession, clock: Clock, released: () => void): { look(): void; end(): void } {
  let cancel: (() => void) | undefined;
  const end = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    look: () => {
      if (!session.holding()) return end();
      cancel ??= clock.after(PATIENCE_MS, () => {
        cancel = undefined;
        session.release();
        released();
      });
    },
    end,
  };
}
