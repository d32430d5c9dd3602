import { expect, test } from "vitest";
import { judgeFinalPod } from "../../../../src/injection/final/judge-final-pod.ts";
import type { InjectionInput } from "../../../../src/injection/injection-input.ts";
import { injectionValues } from "../../../../src/injection/injection-values.ts";
import { type AnyPod, appPod, injected, input } from "../injection-case.ts";

const APP = appPod({
  container: { livenessProbe: { httpGet: { port: "http", path: "/live" } } },
  spec: { initContainers: [{ name: "migrate", image: "m:1" }] },
});

/** The injected pod after somebody changed it: what is found, as code and path. */
function found(change: (pod: AnyPod) => void, given: Partial<InjectionInput> = {}, app: unknown = APP): readonly string[] {
  const pod = structuredClone(injected(app, given).pod) as AnyPod;
  change(pod);
  return judgeFinalPod(input(pod, given)).map(({ code, path }) => `${code} ${path}`);
}

const remove = (list: AnyPod[], name: string): AnyPod =>
  list.splice(
    list.findIndex((item) => item.name === name),
    1,
  )[0];

const untouched = (): void => undefined;

test("a pod as the injector leaves it, native or not, with or without redirection, or a gateway's", () => {
  expect(found(untouched)).toEqual([]);
  expect(found(untouched, { kubeVersion: "1.27" })).toEqual([]);
  expect(found(untouched, {}, appPod({ annotations: { "sidecar.istio.io/interceptionMode": "NONE" } }))).toEqual([]);
  const gateway = appPod({ annotations: { "inject.istio.io/templates": "gateway" }, container: { name: "istio-proxy", image: "auto" } });
  expect(found(untouched, {}, gateway)).toEqual([]);
});

test("a pod that is not to be injected is none of our business", () => {
  const app = appPod({ labels: { "sidecar.istio.io/inject": "false" }, spec: { securityContext: { runAsUser: 1337 } } });
  expect(judgeFinalPod(input(app))).toEqual([]);
  expect(judgeFinalPod(input("no pod"))).toEqual([]);
});

test("containers that a later webhook took out", () => {
  expect(found((pod) => remove(pod.spec.initContainers, "istio-proxy"))).toEqual(["FL1301 spec.containers"]);
  expect(found((pod) => remove(pod.spec.initContainers, "istio-init"))).toEqual(["FL1302 spec.initContainers"]);
  expect(found((pod) => remove(pod.spec.containers, "istio-proxy"), { kubeVersion: "1.27" })).toEqual(["FL1301 spec.containers"]);
});

test("restartPolicy that a later webhook does not know", () => {
  const drop = (pod: AnyPod) => delete pod.spec.initContainers[1].restartPolicy;
  expect(found(drop)).toEqual(["FL1303 spec.initContainers[1].restartPolicy"]);
});

test("init containers in front of the sidecar, told apart by what becomes of their calls", () => {
  const pod = structuredClone(injected(APP).pod) as AnyPod;
  const { initContainers } = pod.spec;
  initContainers.splice(1, 0, { name: "cut-off", image: "x" });
  initContainers.unshift({ name: "uncaptured", image: "x" });
  const findings = judgeFinalPod(input(pod));
  expect(findings.map(({ code, path, level }) => [code, path, level])).toEqual([
    ["FL1304", "spec.initContainers[0]", "warning"],
    ["FL1304", "spec.initContainers[2]", "warning"],
  ]);
  expect(findings[0]?.message).toContain("uncaptured runs before istio-init");
  expect(findings[1]?.message).toContain("cut-off runs behind istio-init");
});

test("a probe that leads to the agent, which knows it only for the container as it was", () => {
  const rename = (pod: AnyPod) => {
    const [web] = pod.spec.containers;
    web.livenessProbe.httpGet.path = "/app-health/other/livez";
  };
  expect(found(rename)).toEqual(["FL1305 spec.containers[0].livenessProbe.httpGet.path"]);
  const own = (pod: AnyPod) => {
    pod.spec.containers[0].livenessProbe = { httpGet: { port: 8080, path: "/app-health/other/livez" } };
  };
  expect(found(own), "the app's own port").toEqual([]);
});

test("ports on which the sidecar listens", () => {
  const declare = (containerPort: number, protocol?: string) => (pod: AnyPod) =>
    pod.spec.containers[0].ports.push({ containerPort, protocol });
  expect(found(declare(15021))).toEqual(["FL1306 spec.containers[0].ports[1].containerPort"]);
  expect(found(declare(15021, "UDP"))).toEqual([]);
  expect(found(declare(15022))).toEqual([]);
});

test("the proxy's user and group belong to the proxy", () => {
  const user = (pod: AnyPod) => {
    pod.spec.securityContext = { runAsUser: 1337 };
  };
  expect(found(user)).toEqual(["FL1308 spec.securityContext.runAsUser", "FL1307 spec.securityContext.runAsUser"]);
  const group = (pod: AnyPod) => {
    pod.spec.containers[0].securityContext = { runAsGroup: 1337 };
  };
  expect(found(group)).toEqual(["FL1307 spec.containers[0].securityContext.runAsGroup"]);
  const overridden = (pod: AnyPod) => {
    user(pod);
    for (const item of [...pod.spec.containers, ...pod.spec.initContainers]) item.securityContext = { runAsUser: 1000 };
  };
  expect(found(overridden)).toEqual([]);
  const asked = (pod: AnyPod) => {
    pod.spec.initContainers[0].args = ["istio-iptables", "-u", "2000"];
    pod.spec.containers[0].securityContext = { runAsUser: 2000 };
  };
  expect(found(asked), "the user that the rules name").toEqual(["FL1307 spec.containers[0].securityContext.runAsUser"]);
});

test("brokenPods is Refuse where nobody says otherwise", () => {
  expect(injectionValues({}).sidecarInjectorWebhook.brokenPods).toBe("Refuse");
});
