import { fixedByRemoval } from "../../api/fix.ts";
import type { Port } from "../../api/networking/port.ts";
import { isDnsLabel } from "../../base/hostname.ts";
import { PROTOCOL_NAMES, protocolNamed } from "../../base/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, present } from "../each.ts";

export const checkPortNumber: Check<number> = (value, path) =>
  Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : [finding("badPort", path, { value })];

export const checkPortName: Check<string> = (value, path) => (isDnsLabel(value) ? [] : [finding("badPortName", path, { value })]);

/** Ports of listeners: where traffic goes from there is said elsewhere. */
export const checkNoTargetPort: Check<number> = (value, path) => (value === 0 ? [] : [fixedByRemoval(finding("targetPortHere", path, {}))]);

export const checkProtocol: Check<string> = (value, path) =>
  value === "" || protocolNamed(value) ? [] : [finding("badProtocol", path, { value, names: PROTOCOL_NAMES.join(", ") })];

/** What a listener says of its port beside the number; the name is for people. */
export const checkListenerPort: Check<Port> = ({ name, protocol, targetPort }, path) => [
  ...present(name || undefined, `${path}.name`, checkPortName),
  ...present(protocol, `${path}.protocol`, checkProtocol),
  ...present(targetPort, `${path}.targetPort`, checkNoTargetPort),
];
