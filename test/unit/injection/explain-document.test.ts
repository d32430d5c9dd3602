import { expect, test } from "vitest";
import { type ExplainInput, explainDocument } from "../../../src/injection/explain-document.ts";
import { appPod, input } from "./injection-case.ts";

const deployment = (labels: object = {}, annotations: object = {}) => {
  const { spec } = appPod() as { spec: { containers: object[] } };
  const probed = { ...spec.containers[0], livenessProbe: { httpGet: { port: "http" } } };
  const template = { metadata: { labels, annotations }, spec: { ...spec, containers: [probed] } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" }, spec: { template } };
};

const explained = (document: unknown, namespaces: ExplainInput["namespaces"] = new Map()) => {
  const { mesh, values, kubeVersion, revision, parseYaml } = input(undefined);
  return explainDocument(document, { mesh, values, kubeVersion, revision, parseYaml, namespaces });
};

test("without the namespace's labels it is what fairlead inject does, and that they decide is said", () => {
  const [one] = explained(deployment());
  expect(one).toMatchObject({ kind: "Deployment", namespace: "shop", name: "web", decision: "inject" });
  expect(one?.reason).toMatch(/fairlead inject; in a cluster the labels of namespace shop/);
  expect(Object.fromEntries(one?.changes ?? [])).toMatchObject({
    sidecar: expect.stringMatching(/^native sidecar: init container istio-proxy, /),
    redirection: expect.stringMatching(/-m REDIRECT -i "\*"/),
    probes: "/app-health/web/livez",
  });
});

test("with the namespace's labels it is what the webhook does", () => {
  const labelled = new Map([["shop", { "istio-injection": "enabled" }]]);
  expect(explained(deployment(), labelled)).toMatchObject([{ decision: "inject", reason: "namespace label istio-injection=enabled" }]);
  expect(explained(deployment(), new Map([["shop", {}]]))).toMatchObject([{ decision: "skip", changes: [] }]);
  const off = deployment({ "sidecar.istio.io/inject": "false" });
  expect(explained(off, labelled)).toMatchObject([{ decision: "skip", reason: 'pod label sidecar.istio.io/inject="false"' }]);
});

test("a refused one says why, and what has no pod template is left as it is; a List tells of each", () => {
  const list = { kind: "List", items: [deployment({}, { "traffic.sidecar.istio.io/excludeOutboundPorts": "x" }), { kind: "Service" }, 7] };
  expect(explained(list)).toMatchObject([
    { decision: "refuse", reason: expect.stringContaining("excludeOutboundPorts") },
    { decision: "untouched", kind: "Service" },
  ]);
});
