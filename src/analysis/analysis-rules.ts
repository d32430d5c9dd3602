import type { Kind } from "../api/object.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { competingGateways } from "./competing-gateways.ts";
import { competingSidecars } from "./competing-sidecars.ts";
import { competingVirtualServices } from "./competing-virtual-services.ts";
import { delegate } from "./delegate.ts";
import { destinationHost } from "./destination-host.ts";
import { destinationSubset } from "./destination-subset.ts";
import { gatewayPods } from "./gateway-pods.ts";
import { policyHost } from "./policy-host.ts";
import { virtualServiceGateway } from "./virtual-service-gateway.ts";

/** Forgets of which kinds a rule is; whoever calls it asks `kinds` first. */
function general<K extends Kind>(rule: AnalysisRule<K>): AnalysisRule {
  return rule as unknown as AnalysisRule;
}

/** Every rule over several objects, in the order in which findings are told. */
export const ANALYSIS_RULES: readonly AnalysisRule[] = [
  general(destinationHost),
  general(destinationSubset),
  general(virtualServiceGateway),
  general(delegate),
  general(competingVirtualServices),
  general(policyHost),
  general(competingSidecars),
  general(competingGateways),
  general(gatewayPods),
];
