import { injectionValues } from "../../injection/injection-values.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { injectedNamespaces } from "../indexes/injected-namespaces.ts";
import { injectionOf, injectorSettings } from "../injection-of.ts";
import { proxyContainer } from "../workload/proxy-container.ts";
import type { PodLike } from "../workload-shelf.ts";
import type { World } from "../world.ts";

const SYSTEM: ReadonlySet<string> = new Set(["istio-system", "kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);

const SAYS = ["istio-injection", "istio.io/rev", "istio.io/dataplane-mode"];

/** Pods may ask for the sidecar themselves. Of many, some are looked at. */
function allHaveSidecars(world: World, namespace: string): boolean {
  const pods = world.workloads({}, { namespace, most: 200 }).filter((object): object is PodLike => object.kind !== "WorkloadEntry");
  return pods.length > 0 && pods.every((pod) => proxyContainer(pod) !== undefined || injectionOf(pod, world)?.inject === true);
}

/** Where namespaces join the mesh by label, one that says nothing is an open door. It may be meant: then a label says so. */
export const notInjected: AnalysisRule<"Namespace"> = {
  id: "namespace/not-injected",
  kinds: ["Namespace"],
  level: "warning",
  needs: [],
  check: ({ metadata: { name, labels } }, world) => {
    if (SYSTEM.has(name) || SAYS.some((label) => labels[label] !== undefined) || world.count(injectedNamespaces, "any") === 0) return [];
    if (allHaveSidecars(world, name)) return [];
    const { sidecarInjectorWebhook: settings } = injectionValues(injectorSettings(world, labels));
    return settings.enableNamespacesByDefault ? [] : [finding("namespaceNotInjected", "metadata.labels", { name })];
  },
};
