import { describe, expect, it, test } from "vitest";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { type NamespaceLimits, namespaceLimits } from "../../../src/injection/limits/namespace-limits.ts";
import { type AnyPod, appPod, injected, proxyOf } from "./injection-case.ts";

const range = (name: string, ...limits: object[]) => ({ name, spec: { limits } });
const limits = (limitRanges: AnyPod[], hard: object = {}): NamespaceLimits =>
  namespaceLimits({ limitRanges, quotas: Object.keys(hard).length === 0 ? [] : [{ name: "q", spec: { hard } as AnyPod }] });
const resourcesIn = (asked: NamespaceLimits, pod: object = appPod(), resources?: object): AnyPod => {
  const values = injectionValues(resources === undefined ? {} : { global: { proxy: { resources } } });
  const once = injected(pod, { limits: asked, values });
  expect(injected(once.pod, { limits: asked, values }).patch, "once is enough").toEqual([]);
  return proxyOf(once.pod).resources;
};
const container = (fields: object) => limits([range("r", { type: "Container", ...fields })]);
const NONE = { requests: null, limits: null };

test("what is more than a container may have is cut, of both our containers", () => {
  const asked = container({ max: { cpu: "500m", memory: "2Gi" } });
  expect(resourcesIn(asked)).toEqual({ limits: { cpu: "500m", memory: "1Gi" }, requests: { cpu: "100m", memory: "128Mi" } });
  const { pod, fittings } = injected(appPod(), { limits: asked });
  expect((pod as AnyPod).spec.initContainers[0].resources.limits.cpu).toBe("500m");
  expect((pod as AnyPod).spec.containers[0].resources, "the app's are its own").toBeUndefined();
  expect(fittings).toContainEqual({ container: "istio-proxy", field: "limits.cpu", before: "2", after: "500m", from: "LimitRange r, max" });
});

test("what is less than a container must have is raised, and the limit with it", () => {
  expect(resourcesIn(container({ min: { cpu: "200m", memory: "2Gi" } }))).toEqual({
    limits: { cpu: "2", memory: "2Gi" },
    requests: { cpu: "200m", memory: "2Gi" },
  });
});

test("a limit too many times the request raises the request", () => {
  expect(resourcesIn(container({ maxLimitRequestRatio: { cpu: "4", memory: 3 } }))).toEqual({
    limits: { cpu: "2", memory: "1Gi" },
    requests: { cpu: "500m", memory: "357913942" },
  });
  expect(resourcesIn(container({ maxLimitRequestRatio: { cpu: "0" } })).requests.cpu, "a ratio that cannot be").toBe("100m");
});

test("of several LimitRanges the narrowest holds", () => {
  const asked = limits([range("a", { type: "Container", max: { cpu: "1" } }), range("b", { type: "Container", max: { cpu: "300m" } })]);
  expect(resourcesIn(asked).limits.cpu).toBe("300m");
});

test("what a quota counts is said, as the namespace's defaults have it, else as usual", () => {
  const hard = { "limits.cpu": "10", "limits.memory": "10Gi", "requests.cpu": "5", memory: "5Gi", pods: "9" };
  expect(resourcesIn(limits([], hard), appPod(), NONE)).toEqual({
    limits: { cpu: "2", memory: "1Gi" },
    requests: { cpu: "100m", memory: "128Mi" },
  });
  const defaults = range("d", { type: "Container", default: { cpu: "150m" }, defaultRequest: { cpu: "50m" } });
  expect(resourcesIn(limits([defaults], hard), appPod(), NONE)).toMatchObject({ limits: { cpu: "150m" }, requests: { cpu: "50m" } });
  expect(resourcesIn(limits([], { pods: "9" }), appPod(), NONE)).toEqual({});
});

test("a default limit of the namespace is never below what we ask for", () => {
  const asked = container({ default: { cpu: "50m" }, defaultRequest: { cpu: "10m" } });
  const pod = appPod({ annotations: { "sidecar.istio.io/proxyCPU": "200m" } });
  expect(resourcesIn(asked, pod)).toEqual({ limits: { cpu: "200m" }, requests: { cpu: "200m" } });
});

test("a resource that only the namespace knows is said too", () => {
  expect(resourcesIn(container({ max: { "ephemeral-storage": "1Gi" }, min: { "ephemeral-storage": "10Mi" } }))).toMatchObject({
    limits: { "ephemeral-storage": "1Gi" },
    requests: { "ephemeral-storage": "10Mi" },
  });
});

test("of what the pod as a whole may have, ours takes what the app leaves, and not less than it asks for", () => {
  const asked = limits([range("p", { type: "Pod", max: { cpu: "1500m", memory: "64Mi" } })]);
  const pod = appPod({ container: { resources: { limits: { cpu: "1" } } } });
  expect(resourcesIn(asked, pod).limits).toEqual({ cpu: "500m", memory: "128Mi" });
});

test("amounts that are none are left to the API server", () => {
  expect(resourcesIn(container({ max: { cpu: "much" }, min: { memory: "1Ki" } }))).toMatchObject({ limits: { cpu: "2" } });
  const own = { name: "istio-proxy", image: "auto", resources: { limits: { cpu: "all" } } };
  const pod = { ...appPod(), spec: { containers: [{ name: "web", image: "w" }, own] } };
  expect(resourcesIn(container({ max: { cpu: "1" } }), pod).limits.cpu).toBe("all");
});

describe("the container that says where core dumps go, beside a native sidecar", () => {
  const annotations = { "sidecar.istio.io/enableCoreDump": "true" };
  const appOf = (resources: object): object => appPod({ annotations, container: { resources } });
  const podMax = (max: object, ...more: object[]) => limits([range("p", { type: "Pod", max }, ...more)]);

  function resourcesOf(asked: NamespaceLimits, pod: object): Record<string, AnyPod> {
    const once = injected(pod, { limits: asked }).pod as AnyPod;
    expect(injected(once, { limits: asked }).patch, "once is enough").toEqual([]);
    return Object.fromEntries(once.spec.initContainers.map(({ name, resources }: AnyPod) => [name, resources]));
  }

  it("gives way before the sidecar does", () => {
    const { "enable-core-dump": dump, "istio-proxy": proxy } = resourcesOf(podMax({ cpu: "2500m" }), appOf({ limits: { cpu: "100m" } }));
    expect([dump.limits.cpu, dump.requests.cpu, proxy.limits.cpu]).toEqual(["500m", "100m", "2"]);
  });

  it("goes below its own request, and takes the limit with it", () => {
    const max = { cpu: "2050m", memory: "1100Mi" };
    const { "enable-core-dump": dump, "istio-proxy": proxy } = resourcesOf(podMax(max), appOf({ limits: { cpu: "10m", memory: "64Mi" } }));
    expect(dump).toEqual({ limits: { cpu: "50m", memory: "76Mi" }, requests: { cpu: "50m", memory: "76Mi" } });
    expect(proxy.limits).toEqual({ cpu: "2", memory: "1Gi" });
  });

  it("keeps what it runs with and what the namespace wants of each, and then the sidecar gives way", () => {
    const small = resourcesOf(podMax({ memory: "1030Mi" }), appOf({}));
    expect([small["enable-core-dump"].limits.memory, small["istio-proxy"].limits.memory]).toEqual(["16Mi", "1014Mi"]);
    const least = podMax({ cpu: "2" }, { type: "Container", min: { cpu: "20m" } });
    const wanted = resourcesOf(least, appOf({ limits: { cpu: "20m" }, requests: { cpu: "20m" } }));
    expect([wanted["enable-core-dump"].limits.cpu, wanted["istio-proxy"].limits.cpu]).toEqual(["20m", "1980m"]);
  });

  it("has a pod count no more against a quota", () => {
    const hard = { "limits.cpu": "10", "limits.memory": "9Gi", "requests.cpu": "5" };
    const app = { limits: { cpu: "300m", memory: "200Mi" }, requests: { cpu: "30m" } };
    const { "enable-core-dump": dump, "istio-proxy": proxy } = resourcesOf(limits([], hard), appOf(app));
    expect(dump).toEqual({ limits: { cpu: "30m", memory: "200Mi" }, requests: { cpu: "30m", memory: "128Mi" } });
    expect(proxy).toMatchObject({ limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "100m", memory: "128Mi" } });
    expect(resourcesOf(limits([], { cpu: "5" }), appOf(app))["enable-core-dump"], "nor too many times as much").toMatchObject({
      limits: { cpu: "30m", memory: "1Gi" },
      requests: { cpu: "30m" },
    });
    const { fittings } = injected(appOf(app), { limits: limits([], hard) });
    const changed = {
      container: "enable-core-dump",
      field: "requests.cpu",
      before: "100m",
      after: "30m",
      from: "ResourceQuota q, requests.cpu",
    };
    expect(fittings).toContainEqual(changed);
  });

  it("takes of both the narrower, and the sidecar keeps its own where the app says nothing", () => {
    const both = limits([range("p", { type: "Pod", max: { cpu: "2500m" } })], { "limits.cpu": "10" });
    const cpu = (app: object): readonly string[] => Object.values(resourcesOf(both, appOf(app))).map(({ limits: { cpu: limit } }) => limit);
    expect(cpu({ limits: { cpu: "100m" } })).toEqual(["2", "2", "100m"]);
    expect(cpu({})).toEqual(["2", "2", "1m"]);
  });

  it("stands alone where the sidecar is an ordinary container", () => {
    const asked = podMax({ cpu: "2500m" });
    const { pod } = injected(appOf({ limits: { cpu: "100m" } }), { limits: asked, kubeVersion: "1.28" });
    expect((pod as AnyPod).spec.initContainers.map(({ resources }: AnyPod) => resources.limits.cpu)).toEqual(["2", "2"]);
    expect(proxyOf(pod).resources.limits.cpu).toBe("2");
  });
});
