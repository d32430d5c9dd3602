import { fieldPath } from "../../api/field-path.ts";
import type { Endpoint } from "../../api/networking/workload-entry.ts";
import { isIp, isIpv6 } from "../../base/address.ts";
import { isHostname } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, eachValue, present } from "../each.ts";
import { checkLabels } from "./labels.ts";
import { checkPortName, checkPortNumber } from "./port.ts";
import { checkUnixAddress, isUnixAddress } from "./socket-path.ts";

function checkUnix(endpoint: Endpoint, address: string, path: string): readonly Finding[] {
  return [
    ...checkUnixAddress(address, `${path}.address`),
    ...(Object.keys(endpoint.ports ?? {}).length > 0 ? [finding("unixWithPorts", `${path}.ports`, {})] : []),
  ];
}

/** What to write instead of what is no address. */
function addressHint(address: string): string {
  const [, host = ""] = /^\[?(.+?)\]?:[0-9]+$/.exec(address) ?? [];
  if (isIp(host) || isHostname(host)) return `write ${host}, and the port into ports`;
  const [bare = "", zone] = address.split("%");
  if (zone !== undefined && isIpv6(bare))
    return "a zone is an interface of one machine, which no other knows; write an address without one";
  return "write one such as 10.0.0.1, 2001:db8::1 or db.example.com";
}

function checkAddress(endpoint: Endpoint, path: string): readonly Finding[] {
  const { address = "" } = endpoint;
  if (address === "") return endpoint.network ? [] : [finding("addressMissing", `${path}.address`, {})];
  if (isUnixAddress(address)) return checkUnix(endpoint, address, path);
  return isIp(address) || isHostname(address)
    ? []
    : [finding("badEndpointAddress", `${path}.address`, { value: address, hint: addressHint(address) })];
}

const checkPortsAndLabels: Check<Endpoint> = (endpoint, path) => [
  ...Object.keys(endpoint.ports ?? {}).flatMap((name) => checkPortName(name, fieldPath(`${path}.ports`, name))),
  ...eachValue(endpoint.ports, `${path}.ports`, checkPortNumber),
  ...present(endpoint.labels, `${path}.labels`, checkLabels),
];

/** A workload's address, ports and labels, as ServiceEntry's endpoints and WorkloadEntry share them. */
export const checkEndpoint: Check<Endpoint> = (endpoint, path) => [...checkAddress(endpoint, path), ...checkPortsAndLabels(endpoint, path)];

/** The same for a WorkloadGroup's template, whose address is mostly left to each workload. */
export const checkEndpointTemplate: Check<Endpoint> = (endpoint, path) => [
  ...present(endpoint.address, `${path}.address`, (address) => (isUnixAddress(address) ? checkUnix(endpoint, address, path) : [])),
  ...checkPortsAndLabels(endpoint, path),
];
