// Each annotation of pods that is said to be read changes the injected pod or how its agent starts, and each that is said to be without
// effect, or to be a record of others, changes nothing.
import { describe, expect, test } from "vitest";
import { readOptions } from "../../../src/agent/read-options.ts";
import { inject } from "../../../src/injection/inject.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { MESH_ANNOTATIONS } from "../../../src/validation/metadata/mesh-annotations.ts";
import type { MeshName } from "../../../src/validation/metadata/mesh-name.ts";
import { type AnyPod, appPod, input, proxyOf } from "./injection-case.ts";

/** For each one that is read, a value other than what holds without it. */
const ASKED: Readonly<Record<string, string>> = {
  "inject.istio.io/templates": "gateway",
  "istio.io/reroute-virtual-interfaces": "net1",
  "prometheus.istio.io/merge-metrics": "false",
  "prometheus.istio.io/scrape-targets": "9100:/metrics,9101:/metrics",
  "proxy.istio.io/config": "concurrency: 7",
  "readiness.status.sidecar.istio.io/failureThreshold": "9",
  "readiness.status.sidecar.istio.io/initialDelaySeconds": "9",
  "readiness.status.sidecar.istio.io/periodSeconds": "9",
  "sidecar.istio.io/agentLogLevel": "debug",
  "sidecar.istio.io/capNetBindService": "true",
  "sidecar.istio.io/componentLogLevel": "misc:debug",
  "sidecar.istio.io/enableCoreDump": "true",
  "sidecar.istio.io/discoveryAddress": "elsewhere.example.com:15012",
  "sidecar.istio.io/inject": "false",
  "sidecar.istio.io/interceptionMode": "TPROXY",
  "sidecar.istio.io/logLevel": "debug",
  "sidecar.istio.io/nativeSidecar": "false",
  "sidecar.istio.io/proxyCPU": "9m",
  "sidecar.istio.io/proxyCPULimit": "9",
  "sidecar.istio.io/proxyImage": "registry.example.com/proxy:1",
  "sidecar.istio.io/proxyMemory": "9Mi",
  "sidecar.istio.io/proxyMemoryLimit": "9Gi",
  "sidecar.istio.io/rewriteAppHTTPProbers": "false",
  "sidecar.istio.io/statsInclusionPrefixes": "cluster.outbound",
  "sidecar.istio.io/statsInclusionRegexps": "http.*",
  "sidecar.istio.io/statsInclusionSuffixes": "upstream_rq_total",
  "sidecar.istio.io/userVolume": '{"more":{"emptyDir":{}}}',
  "sidecar.istio.io/userVolumeMount": '{"istio-envoy":{"mountPath":"/more"}}',
  "status.sidecar.istio.io/port": "15999",
  "traffic.sidecar.istio.io/excludeInboundPorts": "9",
  "traffic.sidecar.istio.io/excludeInterfaces": "net1",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges": "10.9.0.0/16",
  "traffic.sidecar.istio.io/excludeOutboundPorts": "9",
  "traffic.sidecar.istio.io/includeInboundPorts": "9",
  "traffic.sidecar.istio.io/includeOutboundIPRanges": "10.9.0.0/16",
  "traffic.sidecar.istio.io/includeOutboundPorts": "9",
  "traffic.sidecar.istio.io/kubevirtInterfaces": "net1",
};

/** What the injector itself writes: others read it of pods that were injected. */
const WRITTEN = ["istio.io/rev", "sidecar.istio.io/status"];

const OF_PODS = MESH_ANNOTATIONS.filter(({ on }) => on?.includes("Pod"));
const names = (list: readonly MeshName[]): readonly string[] => list.map(({ name }) => name).toSorted();

/** Whether it makes a difference, beside its standing there. */
const matters = (name: string, value: string): boolean => outcome({ [name]: value }, name) !== outcome({}, name);

/** An app that has what annotations are about: a probe, metrics of its own. */
function outcome(annotations: Readonly<Record<string, string>>, but: string): string {
  const usual = { "prometheus.io/scrape": "true", "prometheus.io/port": "9100" };
  const container = { readinessProbe: { httpGet: { path: "/", port: 8080 } } };
  const result = inject(input(appPod({ annotations: { ...usual, ...annotations }, container }), { values: injectionValues({}) }));
  if (!result.ok) throw new Error(`${result.error.path}: ${result.error.message}`);
  const pod: AnyPod = structuredClone(result.value.pod);
  delete pod.metadata.annotations[but];
  return JSON.stringify([pod, proxyOf(pod) === undefined ? undefined : started(proxyOf(pod))]);
}

function started(proxy: AnyPod): unknown {
  const env = Object.fromEntries(proxy.env.map(({ name, value }: AnyPod) => [name, value ?? ""]));
  const read = readOptions(proxy.args.slice(1), env, "0");
  if (!read.ok) throw new Error(read.error);
  return read.value.options;
}

test("there is a value for each that is read", () => {
  const read = names(OF_PODS.filter(({ name, use }) => use === "read" && !WRITTEN.includes(name)));
  expect(Object.keys(ASKED).toSorted()).toEqual(read);
});

describe("read", () => {
  test.each(Object.entries(ASKED))("%s: %s", (name, value) => {
    expect(OF_PODS.find((known) => known.name === name)?.form.accepts(value)).toBe(true);
    expect(matters(name, value)).toBe(true);
  });
});

describe("without effect", () => {
  test.each([...names(OF_PODS.filter(({ use }) => use !== "read")), ...WRITTEN])("%s", (name) => {
    const { form } = OF_PODS.find((known) => known.name === name) as MeshName;
    const values = ["true", "false", "9", "debug", '{"a":1}', "text"].filter(form.accepts);
    expect(values).not.toEqual([]);
    expect(values.filter((value) => matters(name, value))).toEqual([]);
  });
});
