// All types of a stream at once: whatever happens, a route is sent only when every cluster is there and warm, a cluster is taken
// away only when no route is on its way, and in the end the client holds what the server has.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AdsSession, createAdsSession } from "../../../src/rpc/ads-session.ts";
import { type DeltaResponse, encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "../../../src/rpc/resource.ts";

const TYPES = ["cluster", "endpoint", "listener", "route"] as const;
const NAMES = ["a", "b", "c"];

type Step =
  | { readonly do: "change"; readonly edits: readonly { type: ResourceType; name: string; text: string | undefined }[] }
  | { readonly do: "send" }
  | { readonly do: "ack" };

const edit = fc.record({
  type: fc.constantFrom(...TYPES),
  name: fc.constantFrom(...NAMES),
  text: fc.constantFrom("1", "2", "3", undefined),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("change" as const), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ack" as const) }) },
);

interface Run {
  readonly session: AdsSession;
  readonly content: Map<string, EncodedResource>;
  readonly held: Map<string, string>;
  readonly unanswered: DeltaResponse[];
}

const typeOf = (response: DeltaResponse) => TYPES.find((type) => TYPE_URLS[type] === response.typeUrl) as ResourceType;

function begin(): Run {
  const content = new Map<string, EncodedResource>();
  const session = createAdsSession({
    names: (type) => [...content.keys()].filter((key) => key.startsWith(`${type}/`)).map((key) => key.slice(type.length + 1)),
    get: (type, name) => content.get(`${type}/${name}`),
  });
  for (const type of TYPES) {
    const subscribe = type === "endpoint" || type === "route" ? NAMES : [];
    session.request({ typeUrl: TYPE_URLS[type], subscribe, unsubscribe: [], initialVersions: new Map(), nonce: "" });
  }
  return { session, content, held: new Map(), unanswered: [] };
}

function change(run: Run, edits: Extract<Step, { do: "change" }>["edits"]): void {
  const names = new Map<ResourceType, string[]>();
  for (const { type, name, text } of edits) {
    const key = `${type}/${name}`;
    if (text === undefined) run.content.delete(key);
    else run.content.set(key, encodeResource(name, TYPE_URLS[type], new TextEncoder().encode(text)));
    names.set(type, [...(names.get(type) ?? []), name]);
  }
  run.session.changed(names);
}

function send(run: Run): boolean {
  const response = run.session.next();
  if (!response) return false;
  const onTheWay = run.unanswered.map(typeOf);
  if (typeOf(response) === "route" && response.resources.length > 0) expectClustersWarm(run);
  const takesClusters = typeOf(response) === "cluster" && response.removed.length > 0;
  if (takesClusters) expect(onTheWay).not.toContain("route");
  run.unanswered.push(response);
  return true;
}

function expectClustersWarm(run: Run): void {
  for (const [key, resource] of run.content) {
    if (key.startsWith("cluster/")) expect(run.held.get(key), key).toBe(resource.version);
  }
}

function acknowledge(run: Run): void {
  const response = run.unanswered.shift();
  if (!response) return;
  const type = typeOf(response);
  for (const { name, version } of response.resources) run.held.set(`${type}/${name}`, version);
  for (const name of response.removed) run.held.delete(`${type}/${name}`);
  run.session.request({ typeUrl: response.typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: response.nonce });
}

function take(run: Run, next: Step): void {
  if (next.do === "change") change(run, next.edits);
  else if (next.do === "send") send(run);
  // Envoy answers in the order of sending.
  else acknowledge(run);
}

test("clusters before routes, routes before the end of clusters, and all the same in the end", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50, size: "max" }), (steps) => {
      const run = begin();
      for (const next of steps) take(run, next);
      while (run.unanswered.length > 0 || send(run)) acknowledge(run);
      const versions = new Map([...run.content].map(([key, { version }]) => [key, version]));
      expect(run.held).toEqual(versions);
      expect(run.session.settled()).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
