import type { InjectionSources } from "../../../src/admission/injection-sources.ts";
import { injectionValues } from "../../../src/injection/injection-values.ts";
import { parseYaml } from "../injection/injection-case.ts";

/** What the pod webhook asks, where nothing is wrong and every namespace is labelled. */
export const WORKING: InjectionSources = {
  namespaceLabels: async () => ({ "istio-injection": "enabled" }),
  limits: () => undefined,
  mesh: () => ({}),
  values: () => injectionValues({}),
  kubeVersion: "1.34",
  revision: "default",
  parseYaml,
};
