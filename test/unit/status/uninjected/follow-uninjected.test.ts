import { describe, expect, it } from "vitest";
import { keyOf, type ObjectKey, type StoredObject } from "../../../../src/api/object.ts";
import type { Change } from "../../../../src/api/store.ts";
import { createLeadership } from "../../../../src/status/leadership.ts";
import { followUninjected } from "../../../../src/status/uninjected/follow-uninjected.ts";
import { reportUninjected } from "../../../../src/status/uninjected/report-uninjected.ts";
import { heldClock } from "../../xds/held-clock.ts";
import { settled, silent } from "../fake-api.ts";

const meta = (namespace: string, name: string, more: object = {}) => ({
  namespace,
  name,
  uid: `uid-${name}`,
  labels: {},
  annotations: {},
  ...more,
});
const namespace = (name: string, labels: Record<string, string>): StoredObject<"Namespace"> => ({
  kind: "Namespace",
  metadata: { ...meta("", name), labels },
  spec: {},
});
const pod = (name: string, spec: object = {}, metadata: object = {}): StoredObject<"Pod"> => ({
  kind: "Pod",
  metadata: meta("shop", name, metadata),
  spec: { containers: [{ name: "app" }], phase: "Running", ...spec },
});
const SIDECAR = { containers: [{ name: "app" }], initContainers: [{ name: "istio-proxy" }] };
const ENABLED = namespace("shop", { "istio-injection": "enabled" });

function following() {
  const told = new Map<string, readonly string[]>();
  const reasons = new Map<string, string>();
  const clock = heldClock(0);
  const settings = { byDefault: false, auto: true, never: [{ matchLabels: { app: "batch" } }], always: [] };
  const followed = followUninjected({ settings: () => settings, clock, log: silent });
  const apply = async (...changes: (StoredObject | { readonly gone: StoredObject })[]): Promise<void> => {
    const delta = changes.map((each): [ObjectKey, Change] =>
      "gone" in each ? [keyOf(each.gone), { before: each.gone }] : [keyOf(each), { after: each }],
    );
    followed.apply(new Map(delta));
    for (let turn = 0; turn < 5; turn++) {
      clock.move(1);
      await settled();
    }
  };
  const listen = (): void =>
    followed.onChange((name, pods) => {
      told.set(name, [...pods.keys()].sort());
      for (const { name: each, why } of pods.values()) reasons.set(each, why);
    });
  return { apply, listen, told, reasons };
}

describe("pods without the sidecar that they should have", () => {
  it("are found by what the injector itself would say, those that were there before anybody listened too", async () => {
    const { apply, listen, told, reasons } = following();
    await apply(
      ENABLED,
      pod("bare"),
      pod("injected", SIDECAR),
      pod("on-node", { hostNetwork: true }),
      pod("says-no", {}, { labels: { "sidecar.istio.io/inject": "false" } }),
      pod("says-no-as-annotation", {}, { annotations: { "sidecar.istio.io/inject": "false" } }),
      pod("never", {}, { labels: { app: "batch" } }),
      pod("mirror", {}, { annotations: { "kubernetes.io/config.mirror": "x" } }),
      pod("done", { phase: "Succeeded" }),
      pod("failed", { phase: "Failed" }),
      pod("leaving", {}, { deletionTimestamp: "2026-11-29T00:00:00Z" }),
    );
    listen();
    expect(told).toEqual(new Map([["shop", ["shop/bare"]]]));
    expect(reasons.get("bare")).toBe("namespace label istio-injection=enabled");
  });

  it("come when their namespace asks for the sidecar, and go when it no longer does", async () => {
    const { apply, listen, told } = following();
    listen();
    await apply(pod("early"));
    expect(told.size).toBe(0);
    await apply(namespace("shop", {}));
    expect(told.size).toBe(0);
    await apply(ENABLED);
    expect(told.get("shop")).toEqual(["shop/early"]);
    await apply(namespace("shop", { "istio-injection": "disabled" }));
    expect(told.get("shop")).toEqual([]);
  });

  it("go when they end or are recreated", async () => {
    const { apply, listen, told } = following();
    listen();
    const [one, two] = [pod("one"), pod("two")];
    await apply(ENABLED, one, two);
    expect(told.get("shop")).toEqual(["shop/one", "shop/two"]);
    await apply(pod("one", { phase: "Succeeded" }), { gone: two });
    expect(told.get("shop")).toEqual([]);
    await apply(pod("two", {}, { uid: "another" }));
    expect(told.get("shop")).toEqual(["shop/two"]);
    await apply(pod("two", SIDECAR, { uid: "a third" }));
    expect(told.get("shop")).toEqual([]);
  });

  it("are not looked for in the control plane's namespace, unless they ask themselves", async () => {
    const { apply, listen, told } = following();
    listen();
    const at = (name: string, labels: object) => pod(name, {}, { namespace: "istio-system", labels });
    await apply(
      namespace("istio-system", { "istio-injection": "enabled" }),
      at("fairlead", {}),
      at("gateway", { "sidecar.istio.io/inject": "true" }),
    );
    expect(told.get("istio-system")).toEqual(["istio-system/gateway"]);
  });
});

it("tells with the reason and the way out: log and metric at every replica, an Event at the pod from the leader", async () => {
  const clock = heldClock(0);
  const leadership = createLeadership();
  const [lines, events, counts]: [string[], string[], number[]] = [[], [], []];
  const report = reportUninjected(
    {
      ...{ clock, leadership },
      gauge: (_, count) => void counts.push(count),
      recordOnce: async ({ about, type, reason, note }) => void events.push(`${type} ${reason} ${about.name}: ${note}`),
      log: { ...silent, warn: (fields, message) => void lines.push(`${message} ${JSON.stringify(fields)}`) },
    },
    new AbortController().signal,
  );
  const why = "namespace label istio-injection=enabled";
  const bare = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "bare", uid: "1", why };
  report("shop", new Map([["shop/bare", bare]]));
  clock.move(3_000);
  expect(counts).toEqual([1]);
  expect(lines[0]).toMatch(
    /^pods run without the sidecar .*"namespace":"shop","count":1,"pods":\["shop\/bare"\].*istio-injection=enabled.*FL1027/,
  );
  expect(events).toEqual([]);
  leadership.set(true);
  await settled();
  expect(events).toEqual([expect.stringMatching(/^Warning NotInjected bare: .*\(namespace label istio-injection=enabled\).*recreate it/)]);
});
