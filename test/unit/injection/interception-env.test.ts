import { expect, test } from "vitest";
import { inject } from "../../../src/injection/inject.ts";
import { type AnyPod, appPod, envOf, injected, input, proxyOf } from "./injection-case.ts";

test("the variable of the interception mode is the injector's alone", () => {
  const own = (value: string) => [{ name: "istio-proxy", image: "auto", env: [{ name: "ISTIO_META_INTERCEPTION_MODE", value }] }];
  const asked = (value: string, mode: string) => {
    const pod = appPod({ annotations: { "sidecar.istio.io/interceptionMode": mode } });
    const spec = pod["spec"] as { readonly containers: readonly object[] };
    return { ...pod, spec: { ...spec, containers: [...spec.containers, ...own(value)] } };
  };
  expect(inject(input(asked("REDIRECT", "TPROXY")))).toMatchObject({ ok: false, error: { path: "spec.containers[1].env[0]" } });
  expect(envOf(injected(asked("TPROXY", "TPROXY")).pod, "ISTIO_META_INTERCEPTION_MODE")).toBe("TPROXY");
  // Rules that are there stay, and what is said of them.
  const before = injected(appPod()).pod;
  const mesh = { defaultConfig: { interceptionMode: "TPROXY" } } as const;
  expect(envOf(injected(before, { mesh }).pod, "ISTIO_META_INTERCEPTION_MODE")).toBe("REDIRECT");
  const metadata = { "proxy.istio.io/config": "proxyMetadata: {ISTIO_META_INTERCEPTION_MODE: TPROXY}" };
  const modes = proxyOf(injected(appPod({ annotations: metadata })).pod).env.filter(
    ({ name }: AnyPod) => name === "ISTIO_META_INTERCEPTION_MODE",
  );
  expect(modes).toEqual([{ name: "ISTIO_META_INTERCEPTION_MODE", value: "REDIRECT" }]);
});
