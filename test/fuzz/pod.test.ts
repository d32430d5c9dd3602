import fc from "fast-check";
import { test } from "vitest";
import { inject } from "../../src/injection/inject.ts";
import { injectionValues } from "../../src/injection/injection-values.ts";
import { namespaceLimits } from "../../src/injection/limits/namespace-limits.ts";
import { parseYaml } from "../../src/main/read-values.ts";
import { appPod } from "../unit/injection/injection-case.ts";
import { fuzz } from "./fuzz.ts";
import { hostile, jsonText, worsened } from "./hostile.ts";

/** Annotations and labels that decide something. */
const KEYS = [
  "inject.istio.io/templates",
  "istio.io/reroute-virtual-interfaces",
  "istio.io/rev",
  "prometheus.io/port",
  "prometheus.io/scrape",
  "prometheus.istio.io/merge-metrics",
  "prometheus.istio.io/scrape-targets",
  "proxy.istio.io/config",
  "proxy.istio.io/overrides",
  "readiness.status.sidecar.istio.io/applicationPorts",
  "readiness.status.sidecar.istio.io/periodSeconds",
  "service.istio.io/canonical-name",
  "sidecar.istio.io/capNetBindService",
  "sidecar.istio.io/enableCoreDump",
  "sidecar.istio.io/statsInclusionRegexps",
  "sidecar.istio.io/componentLogLevel",
  "sidecar.istio.io/discoveryAddress",
  "sidecar.istio.io/inject",
  "sidecar.istio.io/interceptionMode",
  "sidecar.istio.io/nativeSidecar",
  "sidecar.istio.io/proxyCPU",
  "sidecar.istio.io/proxyImage",
  "sidecar.istio.io/proxyMemoryLimit",
  "sidecar.istio.io/rewriteAppHTTPProbers",
  "sidecar.istio.io/statsInclusionRegexps",
  "sidecar.istio.io/status",
  "sidecar.istio.io/userVolume",
  "sidecar.istio.io/userVolumeMount",
  "status.sidecar.istio.io/port",
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/excludeInterfaces",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges",
  "traffic.sidecar.istio.io/includeInboundPorts",
  "traffic.sidecar.istio.io/includeOutboundIPRanges",
];

const probe = { httpGet: { port: "http", path: "/x", httpHeaders: [{ name: "a", value: "b" }] }, periodSeconds: 1 };
/** A pod with much that the injector reads, and annotations that say anything. */
const pods = fc.dictionary(fc.constantFrom(...KEYS), hostile, { maxKeys: 4, noNullPrototype: true }).map((asked) => {
  const annotations = { "inject.istio.io/templates": "sidecar,custom", ...asked };
  const container = { livenessProbe: probe, readinessProbe: { grpc: { port: 9000 } }, env: [{ name: "A", value: "b" }], volumeMounts: [] };
  const proxy = { name: "istio-proxy", image: "auto", env: [{ name: "B", value: "c" }], resources: { limits: { cpu: "1" } } };
  const pod = appPod({ annotations, container, spec: { volumes: [{ name: "v", emptyDir: {} }], initContainers: [proxy] } });
  return pod as unknown;
});
/** What a template may take from a pod, and a namespace ask of it. */
const CUSTOM = {
  metadata: { labels: { team: `\${labels.app:-none}` }, annotations: { config: `\${annotations.proxy.istio.io/config}` } },
  spec: { containers: [{ name: "*", env: [{ name: "A", value: `\${workload.name}` }] }], tolerations: [{ key: "k" }] },
};
const LIMITS = namespaceLimits({
  limitRanges: [
    {
      name: "small",
      spec: {
        limits: [
          { type: "Container", max: { cpu: "500m" }, min: { memory: "64Mi" }, maxLimitRequestRatio: { memory: 2 } },
          { type: "Pod", max: { cpu: 1 } },
        ],
      },
    },
  ],
  quotas: [{ name: "counted", spec: { hard: { "limits.memory": "1Gi" } } }],
});
const VERSIONS = ["1.27", "1.34"];

test("any pod: a patch or a refusal with its field", async () => {
  const mesh = { defaultConfig: { proxyMetadata: { A: "b" } } };
  const namespaceLabels = { "istio-injection": "enabled", "pod-security.kubernetes.io/warn": "baseline" };
  const values = injectionValues({ sidecarInjectorWebhook: { templates: { custom: CUSTOM } } });
  const more = { namespace: "shop", namespaceLabels, mesh, values, limits: LIMITS, parseYaml };
  await fuzz({
    name: "pod",
    inputs: worsened(pods).map((pod) => Buffer.from(jsonText(pod))),
    take: (input) => {
      const read = parsed(input);
      if (read === undefined) return;
      for (const kubeVersion of VERSIONS) {
        const answer = inject({ ...more, pod: read.pod, kubeVersion, revision: "default" });
        if (!answer.ok && (typeof answer.error.path !== "string" || answer.error.message.length < 5))
          throw new Error("a refusal without words");
      }
    },
    counts: { usual: 2000, soak: 1_000_000 },
  });
});

function parsed(input: Buffer): { readonly pod: unknown } | undefined {
  try {
    return { pod: JSON.parse(input.toString("utf8")) };
  } catch {
    return undefined;
  }
}
