import { CATALOGUE } from "../../../src/telemetry/catalogue.ts";
import type { Judged } from "./admission.ts";

const ENDPOINT = /^service-endpoints .*: endpoint .* (?:is not an? (?:IP address|host name)|cannot be resolved by name)/;

/** Warnings that tell the user that a part will not be carried out, and the reason with which it is then left out. */
const TOLD: readonly (readonly [code: string, leftOut: RegExp])[] = [
  [CATALOGUE.gatewayProxyPort.code, /gateway port \d+ is one on which the proxy itself listens/],
  [CATALOGUE.selectedAddressUnfit.code, ENDPOINT],
  [CATALOGUE.selectorWithNone.code, ENDPOINT],
  [CATALOGUE.selectorWithDns.code, ENDPOINT],
];

/** Whether what was left out was told when the objects were admitted. */
export function toldOf(admitted: readonly Judged[]): (leftOut: string) => boolean {
  const codes = new Set(admitted.flatMap(({ findings }) => findings.map(({ code }) => code)));
  const reasons = TOLD.filter(([code]) => codes.has(code)).map(([, reason]) => reason);
  return (leftOut) => reasons.some((reason) => reason.test(leftOut));
}
