import type { Destination } from "../../api/networking/destination.ts";
import { isDnsLabel } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, present } from "../each.ts";
import { checkHost, wildcardFault } from "./host.ts";
import { checkPortNumber } from "./port.ts";

export const checkSubsetName: Check<string> = (value, path) => {
  if (value === "") return [finding("subsetNameMissing", path, {})];
  return isDnsLabel(value) ? [] : [finding("badSubsetName", path, { value })];
};

const checkDestinationHost: Check<string> = (value, path) => {
  if (value === "*") return [finding("wildcardDestination", path, { value })];
  const fault = wildcardFault(value);
  return fault === undefined ? [] : [finding("badDestination", path, { value, fault })];
};

/** One service to send to: a whole host, and a subset and port that can be. */
export const checkDestination: Check<Destination> = ({ host, subset, port }, path) => [
  ...checkDestinationHost(host, `${path}.host`),
  ...present(subset || undefined, `${path}.subset`, checkSubsetName),
  ...present(port, `${path}.port`, ({ number = 0 }, at) => checkPortNumber(number, `${at}.number`)),
];

/** A proxy outside to send to: as a destination, and its host whole. */
export const checkProxyDestination: Check<Destination> = (destination, path) => {
  const whole = checkHost(destination.host, `${path}.host`);
  return whole.length > 0 ? whole : checkDestination(destination, path);
};
