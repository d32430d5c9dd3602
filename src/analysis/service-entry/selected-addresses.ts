import { isKind, type StoredObject } from "../../api/object.ts";
import { servicesOf } from "../../model/indexes/exported-services.ts";
import { labelKeys, selects } from "../../model/indexes/selected-by-label.ts";
import { selectingServices } from "../../model/indexes/selecting-services.ts";
import type { MeshService } from "../../model/mesh-service.ts";
import { endpointFault } from "../../scope/endpoint-fault.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { workloadLabels } from "../workload-shelf.ts";
import type { World } from "../world.ts";

type Entry = StoredObject<"WorkloadEntry">;

/** Chosen workloads that are looked at; many more are of one kind. */
const MOST_CHOSEN = 200;

/** Any port will do: which one a call goes to is not the address's fault. */
const PORT = 1;

function uncalled(path: string, entry: Entry, service: MeshService): readonly Finding[] {
  // Of any other resolution the object itself says that it does not go with chosen workloads.
  if (service.resolution !== "STATIC") return [];
  const fault = endpointFault({ address: entry.spec.address ?? "", port: PORT }, service.resolution);
  if (entry.spec.address === undefined || fault === undefined) return [];
  const names = { workload: entry.metadata.name, entry: service.name };
  return [finding("selectedAddressUnfit", path, { ...names, fault })];
}

function ofServiceEntry(object: StoredObject<"ServiceEntry">, world: World): readonly Finding[] {
  const [service] = servicesOf(object);
  if (service?.selector === undefined || Object.keys(service.selector).length === 0) return [];
  const chosen = world.workloads(service.selector, { namespace: service.namespace, most: MOST_CHOSEN });
  const entries = chosen.filter((workload) => isKind("WorkloadEntry", workload));
  return entries.flatMap((entry) => uncalled("spec.workloadSelector.labels", entry, service)).slice(0, 1);
}

function ofWorkloadEntry(object: Entry, world: World): readonly Finding[] {
  const labels = workloadLabels(object);
  const services = labelKeys(object.metadata.namespace, labels).flatMap((key) => world.ask(selectingServices, key));
  const choosing = services.filter(({ selector, declaredBy }) => declaredBy === "ServiceEntry" && selects(selector ?? {}, labels));
  return choosing.flatMap((service) => uncalled("spec.address", object, service)).slice(0, 1);
}

/** A workload that a ServiceEntry chooses has an address of the kind that the entry's resolution asks for. */
export const selectedAddresses: AnalysisRule<"ServiceEntry" | "WorkloadEntry"> = {
  id: "service-entry/selected-addresses",
  kinds: ["ServiceEntry", "WorkloadEntry"],
  level: "warning",
  needs: [],
  check: (object, world) => {
    if (isKind("WorkloadEntry", object)) return ofWorkloadEntry(object, world);
    return isKind("ServiceEntry", object) ? ofServiceEntry(object, world) : [];
  },
};
