import { expect, test } from "vitest";
import { inject } from "../../../src/injection/inject.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { type AnyPod, appPod, envOf, injected, input, proxyOf } from "./injection-case.ts";

const values = (templates: object, more: object = {}) => injectionValues({ sidecarInjectorWebhook: { templates, ...more } });
const asking = (names: string, change: Parameters<typeof appPod>[0] = {}) =>
  appPod({ ...change, annotations: { "inject.istio.io/templates": names, ...change.annotations } });
const names = (list: readonly { name: string }[] | undefined): readonly string[] => (list ?? []).map((item) => item.name);

test("a template adds to the sidecar's, and its word goes over it", () => {
  const custom = {
    spec: {
      containers: [
        { name: "istio-proxy", env: [{ name: "TRUST_DOMAIN", value: "own" }], resources: { limits: { cpu: "5" } } },
        { name: "helper", image: "h" },
      ],
      volumes: [{ name: "istio-data", emptyDir: { sizeLimit: "1Gi" } }],
    },
  };
  const pod = injected(asking("sidecar,custom"), { values: values({ custom }) }).pod as AnyPod;
  expect(names(pod.spec.initContainers)).toEqual(["istio-init", "istio-proxy"]);
  expect(names(pod.spec.containers)).toEqual(["web", "helper"]);
  expect(envOf(pod, "TRUST_DOMAIN")).toBe("own");
  expect(proxyOf(pod).resources.limits).toEqual({ cpu: "5", memory: "1Gi" });
  expect(pod.spec.volumes).toContainEqual({ name: "istio-data", emptyDir: { sizeLimit: "1Gi" } });
  expect(names(pod.spec.volumes)).toHaveLength(new Set(names(pod.spec.volumes)).size);
});

test("a container named * is filled into each of the app, and what is there stands", () => {
  const custom = {
    spec: {
      containers: [
        {
          name: "*",
          env: [
            { name: "A", value: "template" },
            { name: "B", value: "template" },
          ],
        },
      ],
    },
  };
  const pod = injected(asking("custom", { container: { env: [{ name: "A", value: "own" }] } }), { values: values({ custom }) })
    .pod as AnyPod;
  expect(names(pod.spec.containers)).toEqual(["web"]);
  expect(pod.spec.containers[0].env).toEqual([
    { name: "A", value: "own" },
    { name: "B", value: "template" },
  ]);
});

test("without a proxy nothing is led to one", () => {
  const container = { livenessProbe: { httpGet: { port: 8080 } } };
  const pod = injected(asking("custom", { container }), { values: values({ custom: { metadata: { annotations: { a: "b" } } } }) })
    .pod as AnyPod;
  expect(pod.spec.containers[0].livenessProbe).toEqual(container.livenessProbe);
  expect(pod.spec.initContainers).toBeUndefined();
  expect(pod.metadata.annotations["prometheus.io/port"]).toBeUndefined();
  expect(pod.metadata.annotations["a"]).toBe("b");
});

test("texts take inputs, with what holds where a label is missing", () => {
  const custom = `
metadata:
  labels: {team: "\${labels.team:-none}", app2: "\${labels.app}"}
  annotations: {where: "\${namespace}/\${workload.name}/\${serviceAccount}", raw: "$\${namespace}", none: "\${annotations.none}"}
`;
  const pod = injected(asking("custom"), { values: values({ custom }) }).pod as AnyPod;
  expect(pod.metadata.labels).toMatchObject({ team: "none", app2: "web" });
  expect(pod.metadata.annotations).toMatchObject({ where: "shop/web/default", raw: `\${namespace}`, none: "" });
});

test("other fields of the pod are as the template says, lists are added to", () => {
  const custom = { spec: { dnsPolicy: "None", dnsConfig: { searches: ["a", "b"] }, tolerations: [{ key: "k" }] } };
  const spec = { dnsPolicy: "ClusterFirst", dnsConfig: { searches: ["b"], nameservers: ["1.1.1.1"] }, tolerations: [{ key: "own" }] };
  const once = injected(asking("custom", { spec }), { values: values({ custom }) });
  expect((once.pod as AnyPod).spec).toMatchObject({
    dnsPolicy: "None",
    dnsConfig: { searches: ["b", "a"], nameservers: ["1.1.1.1"] },
    tolerations: [{ key: "own" }, { key: "k" }],
  });
  expect(injected(once.pod, { values: values({ custom }) }).patch).toEqual([]);
});

test("templates of pods that ask for none, and names for several of them", () => {
  const a = { metadata: { labels: { a: "1", both: "a" } } };
  const b = { metadata: { labels: { b: "1", both: "b" } } };
  const more = { defaultTemplates: ["all"], aliases: { all: ["sidecar", "a", "b", "sidecar"] } };
  const pod = injected(appPod(), { values: values({ a, b }, more) }).pod as AnyPod;
  expect(pod.metadata.labels).toMatchObject({ a: "1", b: "1", both: "b" });
  expect(names(pod.spec.initContainers)).toEqual(["istio-init", "istio-proxy"]);
});

test.each([
  ["{{ .Values }}", "is a Go template"],
  ["a: [1", "is not YAML"],
  [{ spec: {}, kind: "Pod" }, "has field kind"],
  [{ spec: { containers: [{ image: "x" }] } }, "spec.containers must be a list whose members have names"],
  [{ metadata: { labels: { a: `\${pod.name}` } } }, `\${pod.name} is none of the inputs`],
  [[], "must be a map"],
])("a template that is none is refused: %j", (custom, words) => {
  const result = inject(input(asking("custom"), { values: values({ custom }) }));
  expect(result).toMatchObject({ ok: false, error: { path: 'metadata.annotations["inject.istio.io/templates"]' } });
  expect(JSON.stringify(result)).toContain(`template \\"custom\\" (sidecarInjectorWebhook.templates.custom) ${words}`);
});

test("a template that is not there is refused with those that are", () => {
  const result = inject(input(asking("other"), { values: values({ custom: {} }) }));
  expect(JSON.stringify(result)).toContain('there is no template \\"other\\"; write sidecar or gateway or custom');
});
