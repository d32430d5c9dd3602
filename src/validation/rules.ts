import type { Rule } from "./rule.ts";
import { serviceEntryAddresses } from "./service-entry/addresses.ts";
import { serviceEntryEndpoints } from "./service-entry/endpoints.ts";
import { serviceEntryEndpointsOrSelector } from "./service-entry/endpoints-or-selector.ts";
import { serviceEntryExportTo } from "./service-entry/export-to.ts";
import { serviceEntryHosts } from "./service-entry/hosts.ts";
import { serviceEntryPorts } from "./service-entry/ports.ts";
import { serviceEntryResolution } from "./service-entry/resolution.ts";
import { serviceEntryToldApart } from "./service-entry/told-apart.ts";

/** Every rule over one object, in the order in which findings are told. */
export const RULES: readonly Rule[] = [
  serviceEntryHosts,
  serviceEntryAddresses,
  serviceEntryPorts,
  serviceEntryEndpointsOrSelector,
  serviceEntryEndpoints,
  serviceEntryResolution,
  serviceEntryToldApart,
  serviceEntryExportTo,
].map((rule) => rule as unknown as Rule);
