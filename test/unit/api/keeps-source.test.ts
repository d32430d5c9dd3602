import { expect, test } from "vitest";
import { decode } from "../../../src/api/decode.ts";
import { appPod, injected } from "../injection/injection-case.ts";

function keepsSource(pod: unknown): boolean {
  const read = decode({ ...(pod as object), metadata: { name: "p", namespace: "n" } });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return (read.value.spec as { readonly keepsSource?: boolean }).keepsSource === true;
}

const intercepted = (annotations: object, kubeVersion = "1.34") => injected(appPod({ annotations }), { kubeVersion }).pod;

test.each([
  ["TPROXY, a native sidecar", intercepted({ "sidecar.istio.io/interceptionMode": "TPROXY" }), true],
  ["TPROXY, a container", intercepted({ "sidecar.istio.io/interceptionMode": "TPROXY" }, "1.28"), true],
  ["TPROXY of the proxy's settings", intercepted({ "proxy.istio.io/config": "interceptionMode: TPROXY" }), true],
  ["REDIRECT", intercepted({ "sidecar.istio.io/interceptionMode": "REDIRECT" }), false],
  ["neither", intercepted({}), false],
  ["the annotation of a pod that was not injected", appPod({ annotations: { "sidecar.istio.io/interceptionMode": "TPROXY" } }), false],
])("%s", (_, pod, expected) => {
  expect(keepsSource(pod)).toBe(expected);
});
