import { fieldPath } from "../../api/field-path.ts";
import type { SidecarEgress } from "../../api/networking/sidecar.ts";
import { isIp } from "../../base/address.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkPortNumber, checkProtocol } from "../check/port.ts";
import { checkUnique } from "../check/unique.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const UNIX = "unix://";

const checkUnixListener: Check<SidecarEgress> = ({ bind = "", port, captureMode = "DEFAULT" }, path) => {
  const value = bind.slice(UNIX.length);
  return [
    ...(value.startsWith("/") || value.startsWith("@") ? [] : [finding("badUnixPath", `${path}.bind`, { value })]),
    ...(port?.number ? [finding("unixPort", `${path}.port.number`, {})] : []),
    ...(captureMode === "IPTABLES" ? [finding("unixCapture", `${path}.captureMode`, {})] : []),
  ];
};

function checkCapture({ bind = "", port, captureMode }: SidecarEgress, path: string): readonly Finding[] {
  return captureMode === "NONE" && (!port || bind === "") ? [finding("captureNoneBind", `${path}.captureMode`, {})] : [];
}

const checkListener: Check<SidecarEgress> = (listener, path) => {
  const { bind = "", port } = listener;
  if (!port) return [...(bind === "" ? [] : [finding("catchAllBind", `${path}.bind`, {})]), ...checkCapture(listener, path)];
  const protocol = present(port.protocol, `${path}.port.protocol`, checkProtocol);
  if (bind.startsWith(UNIX)) return [...protocol, ...checkUnixListener(listener, path)];
  return [
    ...protocol,
    ...checkPortNumber(port.number ?? 0, `${path}.port.number`),
    ...(bind === "" || isIp(bind) ? [] : [finding("badAddress", `${path}.bind`, { value: bind })]),
    ...checkCapture(listener, path),
  ];
};

function checkOrder(egress: readonly SidecarEgress[]): readonly Finding[] {
  const first = egress.findIndex(({ port }) => !port);
  if (first < 0 || first === egress.length - 1) return [];
  return [finding("catchAllNotLast", fieldPath("spec.egress", first), {})];
}

/** Listeners have different places, and the one for all other ports comes last. */
export const sidecarEgressListeners: Rule<"Sidecar"> = {
  id: "sidecar/egress-listeners",
  kinds: ["Sidecar"],
  check: ({ spec: { egress = [] } }) => [
    ...each(egress, "spec.egress", checkListener),
    ...checkOrder(egress),
    ...checkUnique(egress, "spec.egress", {
      what: "listener port",
      field: "port.number",
      of: ({ bind = "", port }) => (bind.startsWith(UNIX) ? undefined : port?.number),
    }),
  ],
};
