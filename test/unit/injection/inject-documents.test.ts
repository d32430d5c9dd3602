import { expect, test } from "vitest";
import { injectDocuments } from "../../../src/injection/inject-documents.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { type AnyPod, parseYaml, proxyOf } from "./injection-case.ts";

const input = { mesh: {}, values: injectionValues({}), kubeVersion: "1.34", revision: "default", parseYaml };
const template = { spec: { containers: [{ name: "a", image: "a" }] } };

test("pod templates are found wherever they are; the rest passes untouched and in order", () => {
  const service = { kind: "Service", spec: { ports: [] } };
  const certificate = { kind: "Certificate", spec: { template: { labels: {} } } };
  const documents = [
    service,
    { kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "d" }, spec: { template } },
    { kind: "CronJob", metadata: { name: "c" }, spec: { jobTemplate: { spec: { template } } } },
    { kind: "Rollout", metadata: { name: "r" }, spec: { template } },
    { kind: "List", items: [{ kind: "Pod", metadata: { name: "p" }, ...template }, service] },
    certificate,
    "a text",
    null,
  ];
  const done = injectDocuments(documents, input);
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  const [first, deployment, cronJob, rollout, list, other, text, nothing] = done.value.map((item) => item.document as AnyPod);
  expect([first, other, text, nothing]).toEqual([service, certificate, "a text", null]);
  expect(proxyOf(deployment.spec.template)).toBeDefined();
  expect(cronJob.spec.jobTemplate.spec.template.metadata.labels["service.istio.io/canonical-name"]).toBe("c");
  expect(proxyOf(rollout.spec.template)).toBeDefined();
  expect(proxyOf(list.items[0])).toBeDefined();
  expect(done.value[1]?.patch[0]?.path).toMatch(/^\/spec\/template\//);
  expect(done.value[4]?.patch[0]?.path).toMatch(/^\/items\/0\//);
});

test("one refusal refuses all, naming the document and the field", () => {
  const annotations = { "traffic.sidecar.istio.io/includeInboundPorts": "bad" };
  const bad = { kind: "Deployment", metadata: { name: "d" }, spec: { template: { ...template, metadata: { annotations } } } };
  const done = injectDocuments([{ kind: "Pod", metadata: { name: "p" }, ...template }, bad], input);
  expect(done).toMatchObject({ ok: false, error: [{ kind: "Deployment", name: "d" }] });
  expect(!done.ok && done.error[0]?.path).toBe('spec.template.metadata.annotations["traffic.sidecar.istio.io/includeInboundPorts"]');
});

test("a pod that says no is left alone, also by hand", () => {
  const pod = { kind: "Pod", metadata: { name: "p", labels: { "sidecar.istio.io/inject": "false" } }, ...template };
  expect(injectDocuments([pod], input)).toMatchObject({ ok: true, value: [{ document: pod, patch: [] }] });
});
