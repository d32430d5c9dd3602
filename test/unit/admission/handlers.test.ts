import fc from "fast-check";
import { expect, test } from "vitest";
import type { AdmissionRequest, RawObject } from "../../../src/admission/admission-request.ts";
import { objectValidator } from "../../../src/admission/object-validator.ts";
import { podInjector } from "../../../src/admission/pod-injector.ts";
import { fittingLines, toldLine } from "../../../src/admission/told-lines.ts";
import { isAboutOthers } from "../../../src/analysis/about-others.ts";
import { createLiveWorld, createWorld } from "../../../src/analysis/live-world.ts";
import { judges } from "../../../src/main/judges.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { appPod } from "../injection/injection-case.ts";
import { arrivals, stored } from "../model/world.ts";
import { WORKING } from "./working-sources.ts";

function ask(change: Partial<AdmissionRequest>): AdmissionRequest {
  const none = { group: "", version: "v1", kind: "Pod", resource: "pods", operation: "CREATE", namespace: "shop", name: "" };
  return { uid: "u", ...none, ...change };
}

const injector = podInjector({
  ...WORKING,
  namespaceLabels: async (name) => (name === "shop" ? { "istio-injection": "enabled" } : undefined),
});

test("a pod is patched, other kinds pass as they are", async () => {
  expect(await injector(ask({ object: appPod() }))).toMatchObject({ allowed: true, patch: expect.arrayContaining([expect.anything()]) });
  expect(await injector(ask({ kind: "Widget", group: "example.io", object: {} }))).toEqual({ allowed: true });
  const refusing = appPod({ labels: { "sidecar.istio.io/inject": "false" } });
  expect(await injector(ask({ object: refusing }))).toEqual({ allowed: true });
});

test("a pod that cannot be injected is refused with its field", async () => {
  const object = appPod({ annotations: { "traffic.sidecar.istio.io/includeInboundPorts": "bad" } });
  expect(await injector(ask({ object }))).toMatchObject({
    allowed: false,
    code: 400,
    message: expect.stringContaining("includeInboundPorts"),
  });
  expect(await injector(ask({}))).toMatchObject({ allowed: false, code: 400 });
});

test("a pod of a namespace that is not known yet is not started without a sidecar", async () => {
  expect(await injector(ask({ object: appPod(), namespace: "new" }))).toMatchObject({ allowed: false, code: 503 });
});

const wrong: Finding = { code: "FL0101", level: "error", path: "spec.hosts[0]", message: "is empty" };
const doubtful: Finding = { code: "FL0201", level: "warning", path: "", message: "has no effect" };
const judging = (...findings: readonly Finding[]) => objectValidator([() => findings.slice(0, 1), () => findings.slice(1)]);
const object: RawObject = { metadata: {}, spec: { hosts: [""] } };
const OURS = { group: "networking.istio.io", kind: "ServiceEntry", resource: "serviceentries" };
const resource = (change: Partial<AdmissionRequest>) => ask({ ...OURS, ...change });

test("errors refuse, a line each; doubts are warnings", async () => {
  expect(await judging(wrong, doubtful)(resource({ object }))).toEqual({
    allowed: false,
    code: 400,
    message: "spec.hosts[0]: is empty (FL0101)",
    warnings: ["has no effect (FL0201)"],
  });
  expect(await judging(doubtful)(resource({ object }))).toEqual({ allowed: true, warnings: ["has no effect (FL0201)"] });
  expect(await judging(wrong, wrong)(resource({ object }))).toMatchObject({
    message: "2 errors:\nspec.hosts[0]: is empty (FL0101)\nspec.hosts[0]: is empty (FL0101)",
  });
});

test("what was stored before may be labelled, deleted and freed of its finalizers", async () => {
  const change = { operation: "UPDATE", object: { ...object, metadata: { labels: { a: "b" } } }, oldObject: object };
  expect(await judging(doubtful, wrong)(resource(change))).toMatchObject({
    allowed: true,
    warnings: ["spec.hosts[0]: is empty (FL0101)", "has no effect (FL0201)"],
  });
  expect(await judging(wrong)(resource({ ...change, oldObject: { spec: {} } }))).toMatchObject({ allowed: false });
  expect(await judging(wrong)(resource({ operation: "DELETE", oldObject: object }))).toEqual({ allowed: true });
  expect(await judging(wrong)(resource({ operation: "DELETE", object, oldObject: object }))).toEqual({ allowed: true });
  const leaving = { ...object, metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } };
  expect(await judging(wrong)(resource({ operation: "UPDATE", object: leaving, oldObject: {} }))).toEqual({ allowed: true });
});

test("what is wrong in labels and annotations is enforced where these change", async () => {
  const dry: Finding = { code: "FL1205", level: "error", path: 'metadata.annotations["istio.io/dry-run"]', message: "does nothing" };
  const isDry = ({ metadata }: RawObject): boolean => JSON.stringify(metadata).includes("dry-run");
  const judge = objectValidator([(raw) => (isDry(raw) ? [dry] : [])]);
  const annotated = (annotations: object) => ({ ...object, metadata: { annotations } });
  const update = (before: object, after: object) =>
    judge(resource({ operation: "UPDATE", object: annotated(after), oldObject: annotated(before) }));
  expect(await update({ a: "b" }, { a: "b", "istio.io/dry-run": "true" })).toMatchObject({ allowed: false });
  expect(await update({ "istio.io/dry-run": "true" }, { a: "b", "istio.io/dry-run": "true" })).toMatchObject({
    allowed: true,
    warnings: [expect.stringContaining("does nothing")],
  });
});

test("objects of other groups pass, whatever a webhook configuration sends here", async () => {
  for (const group of ["", "apps", "gateway.networking.k8s.io", "extensions.istio.io"]) {
    expect(await judging(wrong)(resource({ group, object }))).toEqual({ allowed: true });
  }
});

test("an object that was stored and one that is created get the same answer, and judging changes neither", async () => {
  const world = createWorld([]);
  const validator = objectValidator(judges(world));
  const frozen = deepFrozen({
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "a", namespace: "shop" },
    spec: { hosts: ["a.example.com"], http: [{ name: "only", route: [{ destination: { host: "b.example.com" }, weight: -1 }] }] },
  });
  const answers = await Promise.all(
    ["CREATE", "UPDATE"].map((operation) => validator(resource({ operation, kind: "VirtualService", object: frozen, oldObject: {} }))),
  );
  expect(answers[0]).toMatchObject({ allowed: false, message: expect.stringContaining("spec.http[0](name: only).route[0].weight: ") });
  expect(answers[1]).toEqual(answers[0]);
});

test("what others seem to make wrong is looked at once more: a change of theirs may be seen a moment later", async () => {
  const gateway = (host: string) => {
    const port = { number: 80, name: "http", protocol: "HTTP" } as const;
    return arrivals(stored("Gateway", "shop/g", { selector: { istio: "own" }, servers: [{ port, hosts: [host] }] }));
  };
  const routes = {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "a", namespace: "shop" },
    spec: { hosts: ["a.example.com"], gateways: ["g"], http: [{ redirect: { uri: "/" } }] },
  };
  const request = resource({ operation: "CREATE", kind: "VirtualService", object: routes });
  const world = createLiveWorld();
  world.apply(gateway("b.example.com"));
  let waits = 0;
  const validator = (meanwhile: () => void) => {
    const wait = async () => {
      waits++;
      meanwhile();
    };
    return objectValidator(judges(world), { concerns: isAboutOthers, wait });
  };
  expect(await validator(() => undefined)(request)).toMatchObject({ allowed: false, message: expect.stringContaining("FL1004") });
  expect(await validator(() => world.apply(gateway("a.example.com")))(request)).toMatchObject({ allowed: true });
  expect(await validator(() => undefined)(resource({ ...request, object: { ...routes, spec: {} } }))).toMatchObject({ allowed: false });
  expect(waits).toBe(2);
});

function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) deepFrozen(inner);
  return Object.freeze(value);
}

const told = (message: string): string => toldLine({ ...wrong, message });

test("a line of a finding is one line, and ends with its code however long it is", () => {
  expect(told('is "a\nb\u0007"')).toBe('spec.hosts[0]: is "a b " (FL0101)');
  expect(told("x".repeat(5_000))).toMatch(/^spec\.hosts\[0\]: x+… \(FL0101\)$/);
  expect(told("x".repeat(5_000))).toHaveLength(1_000);
});

test("of many lines as many are told as are passed on, each whole, and then how many there are", () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${"x".repeat(i)}`);
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 300 }), { maxLength: 60 }), fc.integer({ min: 400, max: 4_000 }), (some, most) => {
      const fitting = fittingLines(some, most);
      const whole = fitting.length === some.length ? some.length : fitting.length - 1;
      expect(fitting.slice(0, whole)).toEqual(some.slice(0, whole));
      expect(fitting.join("\n").length).toBeLessThanOrEqual(most);
      if (whole < some.length) expect(fitting.at(-1)).toBe(`… and ${some.length - whole} more; fairlead validate lists them all`);
    }),
  );
  expect(fittingLines(lines, 1_000_000)).toEqual(lines);
  expect(fittingLines(lines, 1_000).length).toBeGreaterThan(25);
});
