import { isKind, type StoredObject } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { injectorSettings } from "../injection-of.ts";
import { proxyContainer } from "../workload/proxy-container.ts";
import type { World } from "../world.ts";
import { askingLabels } from "./injection-labels.ts";

interface Values {
  readonly global?: { readonly hub?: unknown; readonly tag?: unknown; readonly proxy?: { readonly image?: unknown } };
}

/** The image that the injector gives now; undefined where its settings are not known. */
function currentImage(values: Values | undefined): string | undefined {
  const { hub, tag, proxy } = values?.global ?? {};
  const image = proxy?.image ?? "proxyv2";
  if (typeof image !== "string") return undefined;
  if (image.includes("/")) return image;
  return hub === undefined || tag === undefined ? undefined : `${String(hub)}/${image}:${String(tag)}`;
}

/** Variants of one release: the mesh configuration or an annotation chooses among them. */
const release = (image: string): string => image.replace(/-(distroless|debug)$/, "");

const OWN_IMAGE = "sidecar.istio.io/proxyImage";

function outdated(pod: StoredObject<"Pod">, current: string): boolean {
  const image = pod.metadata.annotations[OWN_IMAGE] ? undefined : proxyContainer(pod)?.image;
  return image !== undefined && release(image) !== release(current);
}

function outdatedPods(world: World, namespace: string, current: string): readonly string[] {
  const pods = world.workloads({}, { namespace, most: Number.POSITIVE_INFINITY });
  const found = pods.flatMap((object) => (isKind("Pod", object) && outdated(object, current) ? [object.metadata.name] : []));
  return found.slice(0, 20);
}

/** Sidecars of a namespace are those that the injector gives today: pods made before an upgrade keep theirs until they are made anew. */
export const sidecarImages: AnalysisRule<"Namespace"> = {
  id: "namespace/sidecar-images",
  kinds: ["Namespace"],
  level: "warning",
  needs: ["ConfigMap", "Pod"],
  check: ({ metadata: { name, labels } }, world) => {
    if (askingLabels(labels).length === 0) return [];
    const current = currentImage(injectorSettings(world, labels) as Values | undefined);
    const names = current === undefined ? [] : outdatedPods(world, name, current);
    return names.length === 0 ? [] : [finding("sidecarImagesDiffer", "metadata.name", { names: names.join(", "), image: String(current) })];
  },
};
