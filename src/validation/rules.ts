import { isOfKinds, type Kind } from "../api/object.ts";
import { destinationRuleExportTo } from "./destination-rule/export-to.ts";
import { destinationRuleHost } from "./destination-rule/host.ts";
import { destinationRuleSubsets } from "./destination-rule/subsets.ts";
import { destinationRuleTrafficPolicy } from "./destination-rule/traffic-policy.ts";
import { gatewayHosts } from "./gateway/hosts.ts";
import { gatewayName } from "./gateway/name.ts";
import { gatewayProxyPorts } from "./gateway/proxy-ports.ts";
import { gatewaySelector } from "./gateway/selector.ts";
import { gatewayServers } from "./gateway/servers.ts";
import { gatewayServersApart } from "./gateway/servers-apart.ts";
import { gatewayTls } from "./gateway/tls.ts";
import { dryRun } from "./metadata/dry-run.ts";
import { objectLabels } from "./object-labels.ts";
import type { Rule } from "./rule.ts";
import { peerAuthentication } from "./security/peer-authentication.ts";
import { serviceEntryAddresses } from "./service-entry/addresses.ts";
import { serviceEntryEndpoints } from "./service-entry/endpoints.ts";
import { serviceEntryEndpointsOrSelector } from "./service-entry/endpoints-or-selector.ts";
import { serviceEntryExportTo } from "./service-entry/export-to.ts";
import { serviceEntryHosts } from "./service-entry/hosts.ts";
import { serviceEntryPorts } from "./service-entry/ports.ts";
import { serviceEntryResolution } from "./service-entry/resolution.ts";
import { serviceEntryToldApart } from "./service-entry/told-apart.ts";
import { sidecarEgressHosts } from "./sidecar/egress-hosts.ts";
import { sidecarEgressListeners } from "./sidecar/egress-listeners.ts";
import { sidecarIngress } from "./sidecar/ingress.ts";
import { sidecarWhole } from "./sidecar/whole.ts";
import { virtualServiceDelegate } from "./virtual-service/delegate.ts";
import { virtualServiceExportTo } from "./virtual-service/export-to.ts";
import { virtualServiceGateways } from "./virtual-service/gateways.ts";
import { virtualServiceHasRules } from "./virtual-service/has-rules.ts";
import { virtualServiceHosts } from "./virtual-service/hosts.ts";
import { virtualServiceHttpChange } from "./virtual-service/http-change.ts";
import { virtualServiceHttpCors } from "./virtual-service/http-cors.ts";
import { virtualServiceHttpFault } from "./virtual-service/http-fault.ts";
import { virtualServiceHttpMatch } from "./virtual-service/http-match.ts";
import { virtualServiceHttpMirror } from "./virtual-service/http-mirror.ts";
import { virtualServiceHttpRetry } from "./virtual-service/http-retry.ts";
import { virtualServiceHttpTarget } from "./virtual-service/http-target.ts";
import { virtualServiceL4 } from "./virtual-service/l4.ts";
import { virtualServiceQueryNames } from "./virtual-service/query-names.ts";
import { virtualServiceRegexRewrites } from "./virtual-service/regex-rewrites.ts";
import { virtualServiceRegexes } from "./virtual-service/regexes.ts";
import { virtualServiceUnreachable } from "./virtual-service/unreachable.ts";
import { workloadEntry } from "./workload/entry.ts";
import { workloadGroup } from "./workload/group.ts";

/** The rule as one for any object: of those that are none of its kinds it says nothing. */
function general<K extends Kind>({ kinds, check, ...rest }: Rule<K>): Rule {
  return { ...rest, kinds, check: (object) => (isOfKinds(kinds, object) ? check(object) : []) };
}

/** Every rule over one object, in the order in which findings are told. */
export const RULES: readonly Rule[] = [
  general(objectLabels),
  general(dryRun),
  general(serviceEntryHosts),
  general(serviceEntryAddresses),
  general(serviceEntryPorts),
  general(serviceEntryEndpointsOrSelector),
  general(serviceEntryEndpoints),
  general(serviceEntryResolution),
  general(serviceEntryToldApart),
  general(serviceEntryExportTo),
  general(virtualServiceHasRules),
  general(virtualServiceHosts),
  general(virtualServiceGateways),
  general(virtualServiceHttpTarget),
  general(virtualServiceHttpMatch),
  general(virtualServiceHttpChange),
  general(virtualServiceHttpFault),
  general(virtualServiceHttpRetry),
  general(virtualServiceHttpMirror),
  general(virtualServiceHttpCors),
  general(virtualServiceRegexes),
  general(virtualServiceRegexRewrites),
  general(virtualServiceQueryNames),
  general(virtualServiceDelegate),
  general(virtualServiceL4),
  general(virtualServiceUnreachable),
  general(virtualServiceExportTo),
  general(destinationRuleHost),
  general(destinationRuleTrafficPolicy),
  general(destinationRuleSubsets),
  general(destinationRuleExportTo),
  general(gatewayName),
  general(gatewayServers),
  general(gatewayServersApart),
  general(gatewayHosts),
  general(gatewayTls),
  general(gatewaySelector),
  general(gatewayProxyPorts),
  general(sidecarWhole),
  general(sidecarIngress),
  general(sidecarEgressListeners),
  general(sidecarEgressHosts),
  general(workloadEntry),
  general(workloadGroup),
  general(peerAuthentication),
];
