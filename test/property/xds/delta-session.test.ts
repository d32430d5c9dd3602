// A model client and a model world take any steps in any order; when all is answered, the client holds what the server has.
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeResource } from "../../../src/rpc/delta-encoding.ts";
import type { DeltaRequest } from "../../../src/rpc/delta-request.ts";
import { createDeltaSession, type DeltaSession } from "../../../src/rpc/delta-session.ts";
import { type EncodedResource, TYPE_URLS } from "../../../src/rpc/resource.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const typeUrl = TYPE_URLS.cluster;

type Step =
  | { readonly do: "set"; readonly name: string; readonly text: string }
  | { readonly do: "remove" | "subscribe" | "unsubscribe"; readonly name: string }
  | { readonly do: "send" | "ack" | "nack" | "reconnect" };

const name = fc.constantFrom(...NAMES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("set" as const), name, text: fc.constantFrom("1", "2", "3") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("subscribe" as const, "unsubscribe" as const), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ack" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("nack" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reconnect" as const) }) },
);

interface Client {
  readonly wildcard: boolean;
  readonly subscribed: Set<string>;
  readonly held: Map<string, string>;
  /** Versions it refused: those it may lack. */
  readonly refused: Set<string>;
  /** name → version last sent to it, so far as it did not ask anew since. */
  readonly sent: Map<string, string>;
  readonly unanswered: { nonce: string; resources: readonly EncodedResource[]; removed: readonly string[] }[];
}

interface Run {
  readonly content: Map<string, EncodedResource>;
  readonly client: Client;
  session: DeltaSession;
}

function begin(wildcard: boolean): Run {
  const content = new Map<string, EncodedResource>();
  const client: Client = { wildcard, subscribed: new Set(), held: new Map(), refused: new Set(), sent: new Map(), unanswered: [] };
  const run = { content, client, session: open(content) };
  ask(run, { subscribe: wildcard ? ["*"] : [] });
  return run;
}

function open(content: Map<string, EncodedResource>): DeltaSession {
  const source = { names: () => content.keys(), get: (key: string) => content.get(key) };
  return createDeltaSession(source, { typeUrl, emptyMeansAll: false, maxInFlight: 2, maxResponseBytes: 250 });
}

function ask(run: Run, request: Partial<DeltaRequest>): void {
  run.session.request({ typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: "", ...request });
}

function send(run: Run): boolean {
  const response = run.session.next("upserts") ?? run.session.next("removals");
  if (!response) return false;
  run.client.unanswered.push(response);
  for (const { name: key, version } of response.resources) {
    expect(run.client.sent.get(key), `${key} is sent twice unchanged`).not.toBe(version);
    run.client.sent.set(key, version);
  }
  for (const key of response.removed) run.client.sent.delete(key);
  return true;
}

function answer(run: Run, accept: boolean): void {
  const response = run.client.unanswered.shift();
  if (!response) return;
  const { held, refused, wildcard, subscribed } = run.client;
  const wanted = (key: string) => wildcard || subscribed.has(key);
  for (const resource of response.resources) {
    if (!accept) refused.add(`${resource.name}@${resource.version}`);
    else if (wanted(resource.name)) held.set(resource.name, resource.version);
  }
  // Envoy takes removals of a response whose additions it refused.
  for (const key of response.removed) held.delete(key);
  ask(run, { nonce: response.nonce, ...(accept ? {} : { error: { code: 13, message: "refused" } }) });
}

function reconnect(run: Run): void {
  const { client } = run;
  client.unanswered.length = 0;
  client.sent.clear();
  run.session = open(run.content);
  ask(run, { subscribe: [...(client.wildcard ? ["*"] : []), ...client.subscribed], initialVersions: new Map(client.held) });
}

const ACTIONS: { readonly [S in Step["do"]]: (run: Run, step: Extract<Step, { do: S }>) => void } = {
  set: (run, { name: key, text }) => {
    run.content.set(key, encodeResource(key, typeUrl, new TextEncoder().encode(text)));
    run.session.changed([key]);
  },
  remove: (run, { name: key }) => {
    run.content.delete(key);
    run.session.changed([key]);
  },
  subscribe: (run, { name: key }) => {
    if (run.client.subscribed.has(key)) return;
    run.client.subscribed.add(key);
    run.client.sent.delete(key);
    ask(run, { subscribe: [key] });
  },
  unsubscribe: (run, { name: key }) => {
    if (!run.client.subscribed.delete(key)) return;
    run.client.sent.delete(key);
    if (!run.client.wildcard) run.client.held.delete(key);
    ask(run, { unsubscribe: [key] });
  },
  send: (run) => void send(run),
  ack: (run) => answer(run, true),
  nack: (run) => answer(run, false),
  reconnect,
};

function take(run: Run, next: Step): void {
  (ACTIONS[next.do] as (run: Run, step: Step) => void)(run, next);
}

function settle(run: Run): number {
  let resources = 0;
  for (let rounds = 0; run.client.unanswered.length > 0 || send(run); rounds++) {
    expect(rounds).toBeLessThan(100);
    resources += run.client.unanswered[0]?.resources.length ?? 0;
    answer(run, true);
  }
  return resources;
}

function difference(run: Run): string[] {
  const { held, refused, wildcard, subscribed } = run.client;
  return NAMES.filter((key) => {
    const current = run.content.get(key);
    if (!wildcard && !subscribed.has(key)) return held.has(key);
    if (current && refused.has(`${key}@${current.version}`)) return false;
    return held.get(key) !== current?.version;
  });
}

test.each([true, false])("any interleaving ends with equal state, then with silence (wildcard %s)", (wildcard) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const run = begin(wildcard);
      for (const next of steps) take(run, next);
      settle(run);
      expect(difference(run)).toEqual([]);
      run.session.changed(NAMES);
      expect(settle(run)).toBe(0);
      if (run.client.refused.size > 0) return;
      reconnect(run);
      expect(settle(run)).toBe(0);
    }),
    { numRuns: 1000 },
  );
});
