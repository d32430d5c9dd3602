import { expect, test } from "vitest";
import { objectKey, type StoredObject } from "../../../src/api/object.ts";
import { createPinnedTrustDomain } from "../../../src/main/pinned-trust-domain.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

const KEY = objectKey("MeshConfig", "", "mesh");
const mesh = (spec: StoredObject<"MeshConfig">["spec"]): StoredObject<"MeshConfig"> => ({
  ...{ kind: "MeshConfig", origin: "mesh.yaml:1", spec },
  metadata: { name: "mesh", namespace: "", labels: {}, annotations: {} },
});

function world() {
  const lines: { level: string; msg: string; written?: string; inForce?: string }[] = [];
  const log = createLogger({ name: "test", destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const metrics = createMetrics({ version: "1" });
  const gauge = async () => Number(/^fairlead_trust_domain_not_in_force (\d)$/m.exec(await metrics.text())?.[1]);
  return { lines, gauge, pinned: createPinnedTrustDomain({ log, metrics }) };
}

test("before the start's trust domain is known, everything goes through", () => {
  const { pinned } = world();
  const delta = new Map([[KEY, { after: mesh({ trustDomain: "first.example" }) }]]);
  expect(pinned.hold(delta)).toBe(delta);
  expect(pinned.pin(delta.get(KEY)?.after)).toBe("first.example");
});

test("another trust domain is told, counted, and not taken in; the rest of the configuration is", async () => {
  const { pinned, lines, gauge } = world();
  const before = mesh({});
  expect(pinned.pin(before)).toBe("cluster.local");
  const after = mesh({ trustDomain: "other.example", connectTimeout: "3s" });
  const held = pinned.hold(new Map([[KEY, { before, after }]]));
  expect(held.get(KEY)).toEqual({ before, after: mesh({ trustDomain: "cluster.local", connectTimeout: "3s" }) });
  expect(lines).toMatchObject([{ level: "error", written: "other.example", inForce: "cluster.local" }]);
  expect(await gauge()).toBe(1);
});

test("it is told once, and both sides of the next change have the domain in force", async () => {
  const { pinned, lines, gauge } = world();
  pinned.pin(mesh({ trustDomain: "first.example" }));
  const [other, same] = [mesh({ trustDomain: "other.example" }), mesh({ trustDomain: "first.example" })];
  pinned.hold(new Map([[KEY, { after: other }]]));
  pinned.hold(new Map([[KEY, { before: other, after: mesh({ trustDomain: "other.example", accessLogFile: "/dev/stdout" }) }]]));
  expect(lines).toHaveLength(1);
  const back = pinned.hold(new Map([[KEY, { before: other, after: same }]])).get(KEY);
  expect(back).toEqual({ before: same, after: same });
  expect(lines).toMatchObject([{ level: "error" }, { level: "info" }]);
  expect(await gauge()).toBe(0);
});
