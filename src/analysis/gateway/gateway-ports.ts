import { fieldPath } from "../../api/field-path.ts";
import type { StoredObject } from "../../api/object.ts";
import { labelKeys, selects } from "../../model/indexes/selected-by-label.ts";
import { selectingServices } from "../../model/indexes/selecting-services.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { labelsAsText } from "../labels-as-text.ts";
import { workloadLabels } from "../workload-shelf.ts";
import type { World } from "../world.ts";
import { usualGateway } from "./usual-gateways.ts";

/** Gateways have few kinds of pods; of more than these the rest is not looked at. */
const MOST_PODS = 50;

/** Ports of the Services in front of a workload. */
function portsInFront(world: World, object: StoredObject): readonly number[] {
  const { namespace } = object.metadata;
  const labels = workloadLabels(object);
  return labelKeys(namespace, labels)
    .flatMap((key) => world.ask(selectingServices, key))
    .filter(({ selector }) => selects(selector ?? {}, labels))
    .flatMap(({ ports }) => ports.map(({ number }) => number));
}

/** Ports by which callers reach a gateway through its Services; undefined where it has none that is known. */
function reachablePorts(world: World, selector: Readonly<Record<string, string>>): ReadonlySet<number> | undefined {
  const pods = world.workloads(selector, { most: MOST_PODS });
  const ports = new Set(pods.flatMap((pod) => portsInFront(world, pod)));
  if (ports.size > 0) return ports;
  return pods.length === 0 && !world.hasAll("Pod") ? usualGateway(selector)?.ports : undefined;
}

/** Each port of a gateway is one that its Service has, whose port it means. */
export const gatewayServicePorts: AnalysisRule<"Gateway"> = {
  id: "gateway/gateway-ports",
  kinds: ["Gateway"],
  level: "warning",
  needs: [],
  check: ({ spec: { selector = {}, servers = [] } }, world) => {
    const ports = reachablePorts(world, selector);
    if (ports === undefined) return [];
    return untilMany(servers.entries(), "spec.servers", ([index, { port, bind }]) => {
      if (ports.has(port.number) || bind) return [];
      const names = [...ports]
        .sort((a, b) => a - b)
        .slice(0, 40)
        .join(", ");
      const path = `${fieldPath("spec.servers", index)}.port.number`;
      return [finding("gatewayPortNotOnService", path, { port: port.number, labels: labelsAsText(selector), names })];
    });
  },
};
