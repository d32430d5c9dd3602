import type { Index } from "../fact.ts";
import { automaticAddresses } from "./automatic-addresses.ts";
import { entryEndpoints, serviceSlices } from "./declared-endpoints.ts";
import { exportedServices, servicesNamed } from "./exported-services.ts";
import { meshConfiguration } from "./mesh-configuration.ts";
import {
  destinationRulesFor,
  gatewaysSelecting,
  sidecarsIn,
  sourceLabelNames,
  virtualServiceHosts,
  virtualServicesFor,
  virtualServicesOnGateway,
} from "./rules.ts";
import { selectingServices } from "./selecting-services.ts";
import { workloadsByLabel, workloadsByName } from "./workloads.ts";

/** Every fact that can be asked: the indexes the snapshot keeps. */
export const ALL_INDEXES: readonly Index<unknown>[] = [
  automaticAddresses,
  destinationRulesFor,
  entryEndpoints,
  exportedServices,
  gatewaysSelecting,
  meshConfiguration,
  selectingServices,
  serviceSlices,
  servicesNamed,
  sidecarsIn,
  sourceLabelNames,
  virtualServiceHosts,
  virtualServicesFor,
  virtualServicesOnGateway,
  workloadsByLabel,
  workloadsByName,
];
