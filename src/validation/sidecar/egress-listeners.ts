import { fieldPath } from "../../api/field-path.ts";
import { fixedByValue } from "../../api/fix.ts";
import type { SidecarEgress } from "../../api/networking/sidecar.ts";
import { isIp } from "../../base/address.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkListenerPort, checkPortNumber } from "../check/port.ts";
import { checkUnixAddress, isUnixAddress } from "../check/socket-path.ts";
import { checkUnique } from "../check/unique.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkUnixListener: Check<SidecarEgress> = ({ bind = "", port, captureMode = "DEFAULT" }, path) => [
  ...checkUnixAddress(bind, `${path}.bind`),
  ...(port?.number ? [fixedByValue(finding("unixPort", `${path}.port.number`, {}), 0)] : []),
  ...(captureMode === "IPTABLES" ? [finding("unixCapture", `${path}.captureMode`, {})] : []),
];

const checkListener: Check<SidecarEgress> = (listener, path) => {
  const { bind = "", port } = listener;
  if (!port) return bind === "" ? [] : [finding("catchAllBind", `${path}.bind`, {})];
  const known = checkListenerPort(port, `${path}.port`);
  if (isUnixAddress(bind)) return [...known, ...checkUnixListener(listener, path)];
  return [
    ...known,
    ...checkPortNumber(port.number ?? 0, `${path}.port.number`),
    ...(bind === "" || isIp(bind) ? [] : [finding("badAddress", `${path}.bind`, { value: bind })]),
  ];
};

/** Behind the listener without a port there is none with one, and no other without one. */
function checkCatchAll(egress: readonly SidecarEgress[]): readonly Finding[] {
  const [first, ...others] = egress.flatMap(({ port }, index) => (port ? [] : [index]));
  if (first === undefined) return [];
  const at = fieldPath("spec.egress", first);
  const fix = [
    { op: "remove" as const, path: `/spec/egress/${first}` },
    { op: "add" as const, path: "/spec/egress/-", value: egress[first] },
  ];
  const found = finding("catchAllNotLast", at, {});
  return [
    ...(egress.slice(first).some(({ port }) => port) ? [others.length === 0 ? { ...found, fix } : found] : []),
    ...others.map((other) => finding("catchAllTwice", fieldPath("spec.egress", other), { first: at })),
  ];
}

/** Listeners have different places, and the one for all other ports comes last. */
export const sidecarEgressListeners: Rule<"Sidecar"> = {
  id: "sidecar/egress-listeners",
  kinds: ["Sidecar"],
  check: ({ spec: { egress = [] } }) => [
    ...each(egress, "spec.egress", checkListener),
    ...checkCatchAll(egress),
    ...checkUnique(egress, "spec.egress", {
      what: "listener port",
      field: "port.number",
      of: ({ bind, port }) => (isUnixAddress(bind) ? undefined : port?.number),
    }),
    ...checkUnique(egress, "spec.egress", {
      what: "socket",
      field: "bind",
      of: ({ bind, port }) => (port && isUnixAddress(bind) ? bind : undefined),
    }),
  ],
};
