import { revisionName } from "../base/revision-name.ts";
import { type Decision, type DecisionInput, decide } from "../injection/decide.ts";
import { decisionSettings } from "../injection/decision-settings.ts";
import { injectionValues, VALUES_CONFIG_MAP } from "../injection/injection-values.ts";
import { type PodLike, podOf } from "./workload-shelf.ts";
import type { World } from "./world.ts";

type Labels = Readonly<Record<string, string>>;

const REVISION = "istio.io/rev";
/** The control plane's own namespace: its webhooks, which look at a namespace's labels, leave it out. */
const SYSTEM = "istio-system";

/** The revision that a namespace asks for: whoever serves it, it is taken to be there. */
function revisionFor(namespace: Labels): string {
  return (namespace["istio-injection"] === "enabled" ? undefined : namespace[REVISION]) ?? "default";
}

const INJECT = "sidecar.istio.io/inject";

/** A pod that says no is left alone whatever its namespace says. */
function saysNo(labels: Labels, annotations: Labels): boolean {
  return (labels[INJECT] ?? annotations[INJECT])?.toLowerCase() === "false";
}

/** What of the injector's settings decides about a pod. */
export type InjectorSettings = Pick<DecisionInput, "byDefault" | "auto" | "never" | "always">;

/** Whether the injector gives a pod its sidecar, as it will decide; undefined where that hangs on a namespace that is not known. */
export function injectionOf(object: PodLike, world: World): Decision | undefined {
  const { labels, annotations } = podOf(object);
  const known = world.find("Namespace", "", object.metadata.namespace)?.metadata.labels;
  if (known === undefined && !saysNo(labels, annotations)) return undefined;
  const namespaceLabels = known ?? {};
  return decisionAbout(object, namespaceLabels, decisionSettings(injectionValues(injectorSettings(world, namespaceLabels))));
}

/** Whether the injector, with these settings, gives a pod of such a namespace its sidecar. */
export function decisionAbout(object: PodLike, namespaceLabels: Labels, settings: InjectorSettings): Decision {
  const { namespace } = object.metadata;
  const { labels, annotations, hostNetwork = false } = podOf(object);
  const metadata = { labels, annotations };
  if (namespace === SYSTEM && labels[INJECT] === undefined && labels[REVISION] === undefined) {
    return { inject: false, reason: `in namespace ${SYSTEM} the injector is asked only about pods with a label ${INJECT} or ${REVISION}` };
  }
  return decide({
    pod: { ...metadata, raw: { metadata }, spec: { hostNetwork }, containers: [], initContainers: [], volumes: [] },
    ...{ namespace, namespaceLabels, byHand: false },
    ...settings,
  });
}

/** Settings of the injector that is for a namespace, as its chart writes them; undefined where they are not known. */
export function injectorSettings(world: World, namespaceLabels: Labels): unknown {
  const name = revisionName(VALUES_CONFIG_MAP, revisionFor(namespaceLabels));
  const text = world.find("ConfigMap", "istio-system", name)?.spec.data?.["values"];
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
