import { parse } from "yaml";
import { inject } from "../../../src/injection/inject.ts";
import type { Injected, InjectionInput } from "../../../src/injection/injection-input.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";

export function parseYaml(text: string): ReturnType<InjectionInput["parseYaml"]> {
  try {
    return { ok: true, value: parse(text) };
  } catch (cause) {
    return { ok: false, error: String(cause) };
  }
}

/** A pod as a ReplicaSet makes it. */
export function appPod(change: { labels?: object; annotations?: object; spec?: object; container?: object } = {}): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: "web-5d9f-",
      labels: { app: "web", "pod-template-hash": "5d9f", ...change.labels },
      ...(change.annotations === undefined ? {} : { annotations: change.annotations }),
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-5d9f", controller: true }],
    },
    spec: {
      containers: [{ name: "web", image: "web:1", ports: [{ name: "http", containerPort: 8080 }], ...change.container }],
      ...change.spec,
    },
  };
}

export function input(pod: unknown, change: Partial<InjectionInput> = {}): InjectionInput {
  return {
    pod,
    namespace: "shop",
    namespaceLabels: { "istio-injection": "enabled" },
    mesh: {},
    values: injectionValues({}),
    kubeVersion: "1.34",
    revision: "default",
    parseYaml,
    ...change,
  };
}

/** Injects, and fails the test where the pod is refused. */
export function injected(pod: unknown, change: Partial<InjectionInput> = {}): Injected {
  const result = inject(input(pod, change));
  if (!result.ok) throw new Error(`${result.error.path}: ${result.error.message}`);
  return result.value;
}

// biome-ignore lint/suspicious/noExplicitAny: a pod is looked into at many depths
export type AnyPod = any;

// biome-ignore lint/suspicious/noExplicitAny: as above
export function proxyOf(pod: AnyPod): any {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((container) => container.name === "istio-proxy");
}

export function envOf(pod: AnyPod, name: string): string | undefined {
  return proxyOf(pod).env.find((entry: { name: string }) => entry.name === name)?.value;
}
