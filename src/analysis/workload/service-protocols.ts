import type { PodTemplateKind } from "../../api/object.ts";
import { labelKeys, selects } from "../../model/indexes/selected-by-label.ts";
import { selectingServices } from "../../model/indexes/selecting-services.ts";
import type { MeshService, ServicePort } from "../../model/mesh-service.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { injectionOf } from "../injection-of.ts";
import { TEMPLATE_KINDS } from "../workload-shelf.ts";
import type { World } from "../world.ts";

interface Front {
  readonly service: MeshService;
  readonly port: ServicePort;
}

/** Ports of the Services in front of some pods, by the pods' own port. */
function frontsOf(world: World, namespace: string, labels: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Front[]> {
  const fronts = labelKeys(namespace, labels)
    .flatMap((key) => world.ask(selectingServices, key))
    .filter(({ selector, declaredBy }) => declaredBy === "Service" && selects(selector ?? {}, labels))
    .flatMap((service) => service.ports.filter(({ protocol }) => protocol !== "UDP").map((port) => ({ service, port })));
  return Map.groupBy(fronts, ({ port }) => String(port.targetPort ?? port.number));
}

/** A port of a pod is served in one protocol, whichever of its Services it is called by. */
export const serviceProtocols: AnalysisRule<PodTemplateKind> = {
  id: "workload/service-protocols",
  kinds: TEMPLATE_KINDS,
  level: "warning",
  needs: ["Service"],
  check: (object, world) => {
    if (injectionOf(object, world)?.inject === false) return [];
    const fronts = frontsOf(world, object.metadata.namespace, object.spec.labels ?? {});
    return [...fronts].flatMap(([target, list]) => {
      const said = list.map(({ service, port }) => `${service.name} (${port.number}, ${port.protocol})`);
      if (new Set(list.map(({ port }) => port.protocol)).size < 2) return [];
      return [finding("podPortTwoProtocols", "metadata.name", { port: target, names: said.slice(0, 20).join(", ") })];
    });
  },
};
