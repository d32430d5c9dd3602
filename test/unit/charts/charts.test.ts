import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { OWN_KINDS } from "../../../src/api/kinds.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { injected, proxyOf } from "../injection/injection-case.ts";
import { tooWide } from "./narrow-webhooks.ts";
import { CHARTS, helm, type Manifest, ofKind, only, render, template } from "./render.ts";

const WEBHOOKS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

test("the chart's defaults for injection are the program's", () => {
  const values = parse(readFileSync(join(CHARTS, "fairlead/values.yaml"), "utf8"));
  const { global: all, sidecarInjectorWebhook } = values;
  // What the chart keeps to itself.
  const { networkPolicy: _, ...global } = all;
  expect(injectionValues({ global, sidecarInjectorWebhook })).toEqual(injectionValues({}));
});

describe.skipIf(helm() === undefined)("rendered by helm", () => {
  test("lint finds nothing", () => {
    const done = spawnSync(helm() ?? "helm", ["lint", "--strict", join(CHARTS, "fairlead"), join(CHARTS, "gateway")], { encoding: "utf8" });
    expect(done.stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
    expect(done.status).toBe(0);
  });

  test("the same values render the same text", () => {
    expect(template("fairlead", "fairlead").text).toBe(template("fairlead", "fairlead").text);
  });

  test.each([
    [[], 9],
    [["--set", "revision=blue"], 5],
    [["--set", "revision=blue,revisionTags={default,prod}"], 5 + 9 + 5],
  ])("webhooks are narrow, with %j", (args, count) => {
    const manifests = render("fairlead", "fairlead", args);
    const configurations = WEBHOOKS.flatMap((kind) => ofKind(manifests, kind));
    expect(configurations.flatMap((configuration) => configuration.webhooks)).toHaveLength(count);
    expect(configurations.flatMap((configuration) => tooWide(configuration, "istio-system"))).toEqual([]);
  });

  test("the linter of webhooks bites", () => {
    const configuration = structuredClone(only(render("fairlead", "fairlead"), "MutatingWebhookConfiguration"));
    const [first, , , second] = configuration.webhooks;
    first.rules[0].resources = ["*"];
    first.namespaceSelector.matchExpressions.pop();
    second.failurePolicy = "Ignore";
    second.objectSelector = {};
    expect(tooWide(configuration, "istio-system")).toHaveLength(1 + 4 + 1 + 1 + 1);
  });

  test("webhooks lead to a port of the Service, and the Service to a port of the controller", () => {
    const manifests = render("fairlead", "fairlead");
    const service = only(manifests, "Service");
    const [container] = only(manifests, "Deployment").spec.template.spec.containers;
    const ports = new Set(container.ports.map((port: Manifest) => port.name));
    expect(service.spec.ports.filter((port: Manifest) => !ports.has(port.targetPort))).toEqual([]);
    for (const webhook of WEBHOOKS.flatMap((kind) => only(manifests, kind).webhooks)) {
      expect(webhook.clientConfig.service.name).toBe(service.metadata.name);
      expect(service.spec.ports.map((port: Manifest) => port.port)).toContain(webhook.clientConfig.service.port);
    }
  });

  test("the controller asks for no more than it needs", () => {
    const manifests = render("fairlead", "fairlead");
    const rules = ["ClusterRole", "Role"].flatMap((kind) => only(manifests, kind).rules);
    expect(rules.filter((rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs].includes("*"))).toEqual([]);
    expect(only(manifests, "ClusterRole").rules.filter((rule: Manifest) => rule.resources.includes("secrets"))).toEqual([]);
    const changing = rules.filter((rule) => rule.verbs.some((verb: string) => ["patch", "update"].includes(verb)));
    const named = changing.filter((rule) => rule.resources.some((resource: string) => resource.endsWith("webhookconfigurations")));
    expect(named).toHaveLength(2);
    const exists = new Set(WEBHOOKS.map((kind) => only(manifests, kind).metadata.name));
    expect(named.flatMap((rule) => rule.resourceNames).filter((name) => !exists.has(name))).toEqual([]);
  });

  test("addresses of ServiceEntries are given unless a value says no", () => {
    const args = (...more: string[]) => only(render("fairlead", "fairlead", more), "Deployment").spec.template.spec.containers[0].args;
    expect(args()).not.toContain("--no-auto-allocate-addresses");
    expect(args("--set", "autoAllocateAddresses=false")).toContain("--no-auto-allocate-addresses");
  });

  test("the controller never waits for its own webhook, and is restricted", () => {
    const pod = only(render("fairlead", "fairlead"), "Deployment").spec.template;
    expect(pod.metadata.labels["sidecar.istio.io/inject"]).toBe("false");
    expect(restricted(pod.spec)).toEqual([]);
    const refused = template("fairlead", "fairlead", ["--set-string", "podLabels.sidecar\\.istio\\.io/inject=true"]);
    expect(refused).toMatchObject({ status: 1, error: expect.stringContaining("its own webhook") });
  });

  test("injection reads the values that the ConfigMap holds", () => {
    const maps = ofKind(render("fairlead", "fairlead", ["--namespace", "mesh", "--set", "global.tag=7"]), "ConfigMap");
    const data = maps.find((map) => map.metadata.name === "istio-sidecar-injector").data;
    expect(injectionValues(JSON.parse(data.values)).global).toMatchObject({ istioNamespace: "mesh", tag: 7 });
    expect(parse(maps.find((map) => map.metadata.name === "istio").data.mesh).outboundTrafficPolicy.mode).toBe("ALLOW_ANY");
  });

  test("a revision stands beside the default one", () => {
    const names = (args: readonly string[]): Set<string> =>
      new Set(
        render("fairlead", "r", args)
          .filter((m) => m.kind !== "CustomResourceDefinition")
          .map((m) => `${m.kind}/${m.metadata.name}`),
      );
    const blue = names(["--set", "revision=blue"]);
    const shared = [...names([])].filter((name) => blue.has(name));
    expect(shared).toEqual([]);
  });

  test.each([
    ["fairlead", "replicaCount=many", "at '/replicaCount': got string, want integer"],
    ["fairlead", "replicas=2", "additional properties 'replicas' not allowed"],
    ["fairlead", "webhooks.timeoutSeconds=60", "at '/webhooks/timeoutSeconds': maximum"],
    [
      "fairlead",
      "global.imagePullPolicy=Sometimes",
      "at '/global/imagePullPolicy': value must be one of '', 'Always', 'IfNotPresent', 'Never'",
    ],
    ["fairlead", "meshConfig.outboundTrafficPolicy.mode=REGISTRY", "at '/meshConfig/outboundTrafficPolicy/mode': value must be one of"],
    ["fairlead", "crds.install=maybe", "at '/crds/install': value must be one of 'auto', true, false"],
    ["fairlead", "revision=Blue", "at '/revision'"],
    ["gateway", "service.type=Magic", "at '/service/type': value must be one of"],
  ])("%s with %s is refused, and the value named", (chart, set, words) => {
    expect(template(chart, "x", ["--set", set])).toMatchObject({ status: 1, error: expect.stringContaining(words) });
  });

  test.each([
    ["revisionTags={default}", "the default revision already"],
    ["revision=blue,revisionTags={blue}", "the revision's own name blue"],
  ])("%s is refused", (set, words) => {
    expect(template("fairlead", "x", ["--set", set])).toMatchObject({ status: 1, error: expect.stringContaining(words) });
  });

  test("definitions are installed and kept unless crds.install is false", () => {
    const definitions = (value: string) => ofKind(render("fairlead", "x", ["--set", `crds.install=${value}`]), "CustomResourceDefinition");
    for (const value of ["true", "auto"]) {
      const kept = definitions(value).map((definition) => definition.metadata.annotations["helm.sh/resource-policy"]);
      expect(kept).toEqual(Object.keys(OWN_KINDS).map(() => "keep"));
    }
    expect(definitions("false")).toEqual([]);
  });

  test.each([
    ["fairlead", 2],
    ["gateway", 2],
  ])("two pods of %s stay apart, and one of them while nodes are drained", (chart, count) => {
    const manifests = render(chart, "x", ["--set", `replicaCount=${count}`]);
    const { selector, template: pod } = only(manifests, "Deployment").spec;
    const terms = pod.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(terms.map(({ podAffinityTerm: term }: Manifest) => [term.topologyKey, term.labelSelector])).toEqual([
      ["kubernetes.io/hostname", selector],
      ["topology.kubernetes.io/zone", selector],
    ]);
    expect(only(manifests, "PodDisruptionBudget").spec).toEqual({ minAvailable: 1, selector });
    const own = '{"nodeAffinity":{}}';
    const given = render(chart, "x", ["--set-json", `affinity=${own}`]);
    expect(JSON.stringify(only(given, "Deployment").spec.template.spec.affinity)).toBe(own);
  });

  test.each([
    ["fairlead", "global.networkPolicy.enabled=true"],
    ["gateway", "networkPolicy.enabled=true"],
  ])("a NetworkPolicy of %s leaves no port out, and is there only when it is asked for", (chart, set) => {
    expect(ofKind(render(chart, "x"), "NetworkPolicy")).toEqual([]);
    const manifests = render(chart, "x", ["--set", set]);
    const { podSelector, ingress, policyTypes } = only(manifests, "NetworkPolicy").spec;
    const { selector, template: pod } = only(manifests, "Deployment").spec;
    expect([podSelector, policyTypes]).toEqual([selector, ["Ingress"]]);
    const open = ingress.flatMap((rule: Manifest) => rule.ports.map(({ port }: Manifest) => port));
    const ports = pod.spec.containers[0].ports.map(({ name, containerPort }: Manifest) => (chart === "fairlead" ? name : containerPort));
    expect(open).toEqual(expect.arrayContaining(ports));
  });

  test("helm test starts a pod that is injected without privileges", () => {
    const manifests = render("fairlead", "fairlead", ["--set", "revision=blue"]);
    const { metadata, spec } = only(manifests, "Pod");
    expect(metadata.annotations["helm.sh/hook"]).toBe("test");
    const { pod } = injected({ metadata, spec }, { namespace: "istio-system", namespaceLabels: {}, revision: "blue" });
    expect((pod.spec as Manifest).initContainers.map(({ name }: Manifest) => name)).toEqual(["istio-proxy"]);
    expect(restricted(pod.spec as Manifest)).toEqual([]);
  });

  test("a gateway's pod comes out of the injector whole and restricted", () => {
    const manifests = render("gateway", "istio-egressgateway");
    const { metadata, spec } = only(manifests, "Deployment").spec.template;
    expect(metadata.labels).toMatchObject({ app: "istio-egressgateway", istio: "egressgateway" });
    const { pod } = injected({ metadata: { name: "gw", ...metadata }, spec }, { namespace: "istio-system", namespaceLabels: {} });
    expect(proxyOf(pod)).toMatchObject({ image: "localhost/fairlead/proxyv2:dev", args: expect.arrayContaining(["router"]) });
    // The injector brings readiness and no startup probe: the chart's own is kept, at the place where readiness is asked.
    const { startupProbe, readinessProbe } = proxyOf(pod);
    expect(startupProbe.httpGet).toEqual(readinessProbe.httpGet);
    expect(startupProbe.periodSeconds).toBe(1);
    expect(restricted(pod.spec as Manifest)).toEqual([]);
    const targets = only(manifests, "Service").spec.ports.map((port: Manifest) => [port.port, port.targetPort]);
    expect(targets).toEqual([
      [15021, 15021],
      [80, 8080],
      [443, 8443],
    ]);
  });

  test("an ingress gateway is open to the outside, an egress gateway is not", () => {
    expect(only(render("gateway", "istio-ingressgateway"), "Service").spec.type).toBe("LoadBalancer");
    expect(only(render("gateway", "istio-egressgateway"), "Service").spec.type).toBe("ClusterIP");
  });
});

/** What Pod Security's level «restricted» would say. */
function restricted(spec: Manifest): readonly string[] {
  const pod = spec.securityContext ?? {};
  return [...spec.containers, ...(spec.initContainers ?? [])].flatMap((container: Manifest) => {
    const own = container.securityContext ?? {};
    const checks = {
      runAsNonRoot: own.runAsNonRoot ?? pod.runAsNonRoot,
      seccompProfile: ["RuntimeDefault", "Localhost"].includes((own.seccompProfile ?? pod.seccompProfile)?.type),
      allowPrivilegeEscalation: own.allowPrivilegeEscalation === false,
      capabilities: own.capabilities?.drop?.includes("ALL") && own.capabilities.add === undefined,
    };
    return Object.entries(checks).flatMap(([name, fine]) => (fine ? [] : [`${container.name}: ${name}`]));
  });
}
