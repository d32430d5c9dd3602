import { expect, test } from "vitest";
import type { AdmissionRequest, RawObject } from "../../../src/admission/admission-request.ts";
import { objectValidator } from "../../../src/admission/object-validator.ts";
import { podInjector } from "../../../src/admission/pod-injector.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { appPod, parseYaml } from "../injection/injection-case.ts";

function ask(change: Partial<AdmissionRequest>): AdmissionRequest {
  const none = { group: "", version: "v1", kind: "Pod", resource: "pods", operation: "CREATE", namespace: "shop", name: "" };
  return { uid: "u", ...none, ...change };
}

const injector = podInjector({
  namespaceLabels: async (name) => (name === "shop" ? { "istio-injection": "enabled" } : undefined),
  mesh: () => ({}),
  values: () => injectionValues({}),
  kubeVersion: "1.34",
  revision: "default",
  parseYaml,
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

test("errors refuse, a line each; doubts are warnings", async () => {
  expect(await judging(wrong, doubtful)(ask({ object }))).toEqual({
    allowed: false,
    code: 400,
    message: "spec.hosts[0]: is empty (FL0101)",
    warnings: ["has no effect (FL0201)"],
  });
  expect(await judging(doubtful)(ask({ object }))).toEqual({ allowed: true, warnings: ["has no effect (FL0201)"] });
});

test("what was stored before may be labelled, deleted and freed of its finalizers", async () => {
  const change = { operation: "UPDATE", object: { ...object, metadata: { labels: { a: "b" } } }, oldObject: object };
  expect(await judging(wrong)(ask(change))).toMatchObject({ allowed: true, warnings: ["spec.hosts[0]: is empty (FL0101)"] });
  expect(await judging(wrong)(ask({ ...change, oldObject: { spec: {} } }))).toMatchObject({ allowed: false });
  expect(await judging(wrong)(ask({ operation: "DELETE", oldObject: object }))).toEqual({ allowed: true });
  const leaving = { ...object, metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } };
  expect(await judging(wrong)(ask({ operation: "UPDATE", object: leaving, oldObject: {} }))).toEqual({ allowed: true });
});
