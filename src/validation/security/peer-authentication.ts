import { fieldPath } from "../../api/field-path.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkSelectorLabels } from "../check/labels.ts";
import type { Rule } from "../rule.ts";

const PORT = /^[0-9]{1,5}$/;

function checkPort(value: string): readonly Finding[] {
  const real = PORT.test(value) && Number(value) >= 1 && Number(value) <= 65_535;
  return real ? [] : [finding("badPort", fieldPath("spec.portLevelMtls", value), { value })];
}

/** Ports are the workload's own, so they are said of chosen workloads alone. */
export const peerAuthentication: Rule<"PeerAuthentication"> = {
  id: "security/peer-authentication",
  kinds: ["PeerAuthentication"],
  check: ({ spec: { selector, portLevelMtls } }) => {
    const labels = selector?.matchLabels ?? {};
    const isEmpty = Object.keys(labels).length === 0;
    const unchosen = portLevelMtls !== undefined && isEmpty;
    return [
      ...(selector !== undefined && isEmpty && !unchosen ? [finding("selectorEmpty", "spec.selector", {})] : []),
      ...checkSelectorLabels(labels, "spec.selector.matchLabels"),
      ...Object.keys(portLevelMtls ?? {}).flatMap(checkPort),
      ...(unchosen ? [finding("portsOfAllWorkloads", "spec.portLevelMtls", {})] : []),
    ];
  },
};
