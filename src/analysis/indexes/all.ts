import type { Index } from "../../model/fact.ts";
import { entryEndpoints } from "../../model/indexes/declared-endpoints.ts";
import { servicesNamed } from "../../model/indexes/exported-services.ts";
import { meshConfiguration } from "../../model/indexes/mesh-configuration.ts";
import { destinationRulesFor, sidecarsIn, virtualServicesFor } from "../../model/indexes/rules.ts";
import { selectingServices } from "../../model/indexes/selecting-services.ts";
import { gatewayRoutesFor } from "./gateway-routes.ts";
import { gatewayNames, gatewaysOnPort, gatewaysServing, gatewaysShowing } from "./gateways.ts";
import { injectedNamespaces } from "./injected-namespaces.ts";
import { mutatingWebhooks } from "./webhooks.ts";

/** Facts that analysis asks for: of the model's those that its rules and the queries of `scope` rest on, and its own. */
export const ANALYSIS_INDEXES: readonly Index<unknown>[] = [
  destinationRulesFor,
  entryEndpoints,
  meshConfiguration,
  selectingServices,
  servicesNamed,
  sidecarsIn,
  virtualServicesFor,
  gatewayNames,
  gatewayRoutesFor,
  gatewaysOnPort,
  gatewaysServing,
  gatewaysShowing,
  injectedNamespaces,
  mutatingWebhooks,
];
