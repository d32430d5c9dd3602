import { isOfKinds, type Kind } from "../api/object.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { policyWorkloads } from "./destination-rule/chosen-workloads.ts";
import { competingRules } from "./destination-rule/competing-rules.ts";
import { doubleTls } from "./destination-rule/double-tls.ts";
import { ownersSubsetsGone } from "./destination-rule/owners-subsets.ts";
import { policyHost } from "./destination-rule/policy-host.ts";
import { policyPorts } from "./destination-rule/policy-ports.ts";
import { serverIdentity } from "./destination-rule/server-identity.ts";
import { subsetWorkloads } from "./destination-rule/subset-workloads.ts";
import { competingGateways } from "./gateway/competing-gateways.ts";
import { gatewayPods } from "./gateway/gateway-pods.ts";
import { gatewayServicePorts } from "./gateway/gateway-ports.ts";
import { portProtocols } from "./gateway/port-protocols.ts";
import { serverSecrets } from "./gateway/server-secrets.ts";
import { sharedCertificate } from "./gateway/shared-certificate.ts";
import { injectionLabels } from "./namespace/injection-labels.ts";
import { notInjected } from "./namespace/not-injected.ts";
import { sidecarImages } from "./namespace/sidecar-images.ts";
import { securedWorkloads } from "./security/chosen-workloads.ts";
import { servicePortProtocols } from "./service/port-protocols.ts";
import { entryWorkloads } from "./service-entry/chosen-workloads.ts";
import { competingEntries } from "./service-entry/competing-entries.ts";
import { selectedAddresses } from "./service-entry/selected-addresses.ts";
import { sidecarWorkloads } from "./sidecar/chosen-workloads.ts";
import { competingSidecars } from "./sidecar/competing-sidecars.ts";
import { withoutSidecars } from "./sidecar/without-sidecars.ts";
import { boundGateways } from "./virtual-service/bound-gateways.ts";
import { competingAtGateways } from "./virtual-service/competing-at-gateways.ts";
import { competingVirtualServices } from "./virtual-service/competing-virtual-services.ts";
import { delegate } from "./virtual-service/delegate.ts";
import { destinationHost } from "./virtual-service/destination-host.ts";
import { destinationSubset } from "./virtual-service/destination-subset.ts";
import { ingressSkipsRules } from "./virtual-service/ingress-skips-rules.ts";
import { unseenByGateway } from "./virtual-service/unseen-by-gateway.ts";
import { injectors } from "./webhook/injectors.ts";
import { applicationUid } from "./workload/application-uid.ts";
import { imageAuto } from "./workload/image-auto.ts";
import { podSidecar } from "./workload/pod-sidecar.ts";
import { serviceProtocols } from "./workload/service-protocols.ts";

/** The rule as one for any object: of those that are none of its kinds it says nothing. */
function general<K extends Kind>({ kinds, check, ...rest }: AnalysisRule<K>): AnalysisRule {
  return { ...rest, kinds, check: (object, world) => (isOfKinds(kinds, object) ? check(object, world) : []) };
}

/** Every rule over several objects, in the order in which findings are told. */
export const ANALYSIS_RULES: readonly AnalysisRule[] = [
  general(competingEntries),
  general(entryWorkloads),
  general(selectedAddresses),
  general(destinationHost),
  general(destinationSubset),
  general(boundGateways),
  general(unseenByGateway),
  general(delegate),
  general(competingVirtualServices),
  general(competingAtGateways),
  general(ingressSkipsRules),
  general(policyHost),
  general(policyPorts),
  general(policyWorkloads),
  general(competingRules),
  general(ownersSubsetsGone),
  general(subsetWorkloads),
  general(doubleTls),
  general(serverIdentity),
  general(competingSidecars),
  general(withoutSidecars),
  general(sidecarWorkloads),
  general(securedWorkloads),
  general(portProtocols),
  general(competingGateways),
  general(gatewayPods),
  general(gatewayServicePorts),
  general(serverSecrets),
  general(sharedCertificate),
  general(servicePortProtocols),
  general(injectionLabels),
  general(notInjected),
  general(sidecarImages),
  general(podSidecar),
  general(imageAuto),
  general(applicationUid),
  general(serviceProtocols),
  general(injectors),
];
