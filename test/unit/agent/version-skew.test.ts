// A pod that was injected by a controller of another version than its agent's: what is new to the agent is stepped over or told, what it
// misses has a value of its own.
import { expect, test } from "vitest";
import { type ReadOptions, readOptions } from "../../../src/agent/read-options.ts";
import { type AnyPod, appPod, injected, proxyOf } from "../injection/injection-case.ts";

type Env = Readonly<Record<string, string>>;

/** Command line and environment of the sidecar of a Job's pod, which has every switch there is. */
function asInjected(): { readonly argv: readonly string[]; readonly env: Env } {
  const pod: AnyPod = appPod({
    annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" },
    container: { readinessProbe: { httpGet: { path: "/ready", port: 8080 } } },
    spec: { restartPolicy: "Never" },
  });
  pod.metadata.ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name: "once", controller: true }];
  const proxy = proxyOf(injected(pod, { kubeVersion: "1.27" }).pod);
  const fields = { POD_NAME: "once-1", POD_NAMESPACE: "shop", INSTANCE_IP: "10.0.0.7", SERVICE_ACCOUNT: "default" };
  const values = (proxy.env as { name: string; value?: string }[]).map(({ name, value }) => [name, value ?? fields[name as never] ?? ""]);
  const argv = (proxy.args as string[]).slice(1).map((word) => word.replace("$(POD_NAMESPACE)", fields.POD_NAMESPACE));
  return { argv, env: Object.fromEntries(values) as Env };
}

function read(argv: readonly string[], env: Env): ReadOptions {
  const result = readOptions(argv, env, "0.0.1");
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const { argv, env } = asInjected();
const NAMES = Object.keys(env);

test("the pod that is tried here has what a later injector added", () => {
  expect(NAMES).toEqual(expect.arrayContaining(["PROXY_CONFIG", "ISTIO_KUBE_APP_PROBERS", "FAIRLEAD_END_WITH_APP", "TRUST_DOMAIN"]));
  expect(read(argv, env)).toMatchObject({ warnings: [], options: { termination: { withApp: true }, identity: { namespace: "shop" } } });
});

test.each(NAMES)("an earlier injector that did not write %s", (name) => {
  const { [name]: _, ...rest } = env;
  const { options } = read(argv, rest);
  expect(options.discoveryAddress).toMatch(/^[\w.-]+:\d+$/);
  expect(options.node.id).toMatch(/^sidecar~[\d.]+~[\w.-]+~shop\.svc\.cluster\.local$/);
});

test("one that wrote nothing of it", () => {
  const { options } = read(["sidecar"], {});
  expect(options).toMatchObject({ capture: [], termination: { afterApp: false, withApp: false }, app: { probes: {} } });
});

test("variables, settings and flags of a later one change nothing of what is known; flags are told", () => {
  const known = JSON.parse(env["PROXY_CONFIG"] ?? "{}") as object;
  const future = { futureSetting: { deep: [{ a: true }, null] }, statusPort: "text where a number was", drainDuration: 7 };
  const more = { FAIRLEAD_FUTURE: "true", ISTIO_META_FUTURE: '{"a":1}', PROXY_CONFIG: JSON.stringify({ ...known, ...future }) };
  const { options, warnings } = read([...argv, "--future=1", "--futureSwitch"], { ...env, ...more });
  const { node: was, ...before } = read(argv, env).options;
  const { node, ...after } = options;
  expect(after).toEqual(before);
  expect(warnings).toEqual(["--future", "--futureSwitch"]);
  expect(node.metadata).toEqual({ ...was.metadata, FUTURE: '{"a":1}', PROXY_CONFIG: { ...known, ...future } });
});
