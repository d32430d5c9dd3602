import { expect, test } from "vitest";
import type { InjectionInput } from "../../../src/injection/injection-input.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { appPod, injected } from "./injection-case.ts";

const LABEL = "sidecar.istio.io/inject";
const byDefault = injectionValues({ sidecarInjectorWebhook: { enableNamespacesByDefault: true } });

const onRequest = injectionValues({ global: { proxy: { autoInject: "disabled" } } });

const never = injectionValues({ sidecarInjectorWebhook: { neverInjectSelector: [{ matchLabels: { batch: "yes" } }] } });
const always = injectionValues({
  sidecarInjectorWebhook: { alwaysInjectSelector: [{ matchExpressions: [{ key: "batch", operator: "Exists" }] }] },
});
const batch = (labels: Record<string, string> = {}) => appPod({ labels: { batch: "yes", ...labels } });

const CASES: readonly [string, ReturnType<typeof appPod>, Partial<InjectionInput>, "inject" | "skip", RegExp][] = [
  ["labelled namespace", appPod(), {}, "inject", /istio-injection=enabled/],
  ["unlabelled namespace", appPod(), { namespaceLabels: {} }, "skip", /no label istio-injection/],
  [
    "disabled namespace",
    appPod({ labels: { [LABEL]: "true" } }),
    { namespaceLabels: { "istio-injection": "disabled" } },
    "skip",
    /disabled/,
  ],
  ["pod label alone", appPod({ labels: { [LABEL]: "true" } }), { namespaceLabels: {} }, "inject", /pod label/],
  ["pod label false", appPod({ labels: { [LABEL]: "false" } }), {}, "skip", /pod label/],
  ["pod annotation false", appPod({ annotations: { [LABEL]: "false" } }), {}, "skip", /pod annotation/],
  ["label over annotation", appPod({ labels: { [LABEL]: "true" }, annotations: { [LABEL]: "false" } }), {}, "inject", /pod label/],
  ["host network", appPod({ spec: { hostNetwork: true }, labels: { [LABEL]: "true" } }), {}, "skip", /hostNetwork/],
  ["kube-system", appPod({ labels: { [LABEL]: "true" } }), { namespace: "kube-system" }, "skip", /kube-system/],
  ["by default", appPod(), { namespaceLabels: {}, values: byDefault }, "inject", /by default/],
  ["a namespace's revision", appPod(), { namespaceLabels: { "istio.io/rev": "blue" } }, "inject", /namespace label istio.io\/rev=blue/],
  ["a pod's revision", appPod({ labels: { "istio.io/rev": "blue" } }), { namespaceLabels: {} }, "inject", /pod label istio.io\/rev=blue/],
  [
    "the namespace's revision over the pod's",
    appPod({ labels: { "istio.io/rev": "green" } }),
    { namespaceLabels: { "istio.io/rev": "blue" } },
    "inject",
    /namespace label istio.io\/rev=blue/,
  ],
  [
    "the plain label over a revision",
    appPod({ labels: { "istio.io/rev": "green" } }),
    { namespaceLabels: { "istio-injection": "enabled", "istio.io/rev": "blue" } },
    "inject",
    /istio-injection=enabled/,
  ],
  ["a pod that says no, of a revision", appPod({ labels: { "istio.io/rev": "blue", [LABEL]: "false" } }), {}, "skip", /pod label/],
  ["only on request", appPod(), { values: onRequest }, "skip", /autoInject/],
  ["requested", appPod({ labels: { [LABEL]: "true" } }), { values: onRequest }, "inject", /pod label/],
  ["by hand is a request", appPod(), { values: onRequest, byHand: true }, "inject", /istio-injection=enabled/],
  ["never selected", batch(), { values: never }, "skip", /neverInjectSelector\[0\]/],
  ["not among the never selected", appPod(), { values: never }, "inject", /istio-injection=enabled/],
  ["the pod's word over never", batch({ [LABEL]: "true" }), { values: never }, "inject", /pod label/],
  ["always selected", batch(), { values: always, namespaceLabels: {} }, "inject", /alwaysInjectSelector\[0\]/],
  ["the pod's word over always", batch({ [LABEL]: "false" }), { values: always }, "skip", /pod label/],
  ["a mirror of a static pod", appPod({ annotations: { "kubernetes.io/config.mirror": "x" } }), {}, "skip", /static pod/],
  ["nonsense on the pod", appPod({ labels: { [LABEL]: "perhaps" } }), {}, "skip", /"perhaps"/],
];

test.each(CASES)("%s", (_, pod, change, decision, reason) => {
  const outcome = injected(pod, change);
  expect(outcome.decision).toBe(decision);
  expect(outcome.reason).toMatch(reason);
  expect(outcome.patch.length > 0).toBe(decision === "inject");
});
