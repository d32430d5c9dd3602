import { CATALOGUE, type MessageId } from "../../telemetry/catalogue.ts";

/** Messages that say that something is named and not there, each with the reason that the condition tells. */
const REASONS: { readonly [M in MessageId]?: string } = {
  gatewayMissing: "GatewayMissing",
  gatewayHostMissing: "GatewayHostMissing",
  gatewayPodsMissing: "PodsMissing",
  hostUnknown: "HostMissing",
  portUnknown: "PortMissing",
  subsetMissing: "SubsetMissing",
  delegateMissing: "DelegateMissing",
  hostUnderWildcard: "HostMissing",
  secretMissing: "SecretMissing",
  secretIncomplete: "SecretIncomplete",
  selectorChoosesNothing: "WorkloadsMissing",
  subsetChoosesNothing: "WorkloadsMissing",
  gatewayPortNotOnService: "ServicePortMissing",
};

/** By the code of a finding: why a reference is not resolved. A finding without a reason here is about no reference. */
export const MISSING_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries(REASONS).map(([id, reason]) => [CATALOGUE[id as MessageId].code, reason]),
);
