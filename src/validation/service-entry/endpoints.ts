import { fieldPath } from "../../api/field-path.ts";
import type { ServiceEntrySpec } from "../../api/networking/service-entry.ts";
import type { Endpoint } from "../../api/networking/workload-entry.ts";
import { isIp } from "../../base/address.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkEndpoint } from "../check/endpoint.ts";
import { isUnixAddress } from "../check/socket-path.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

function checkUnix(spec: ServiceEntrySpec, path: string): readonly Finding[] {
  if (spec.resolution !== "STATIC") return [finding("unixNotStatic", `${path}.address`, {})];
  const count = spec.ports?.length ?? 0;
  const hint = count === 0 ? "write that port into ports" : "write a ServiceEntry for each port, or an IP address";
  return count !== 1 ? [finding("unixManyPorts", `${path}.address`, { count, hint })] : [];
}

/** What is resolved is the endpoint's address; a network alone has no name. */
function needsAddress(resolution: ServiceEntrySpec["resolution"]): boolean {
  return resolution === "DNS" || resolution === "DNS_ROUND_ROBIN";
}

function checkAgainstResolution(spec: ServiceEntrySpec, endpoint: Endpoint, path: string): readonly Finding[] {
  const { address, network } = endpoint;
  if (!address) return network && needsAddress(spec.resolution) ? [finding("resolvedNeedsAddress", `${path}.address`, {})] : [];
  if (isUnixAddress(address)) return checkUnix(spec, path);
  return spec.resolution === "STATIC" && !isIp(address) ? [finding("staticNeedsAddress", `${path}.address`, { value: address })] : [];
}

function checkPorts(names: ReadonlySet<string>, endpoint: Endpoint, path: string): readonly Finding[] {
  const unknown = Object.keys(endpoint.ports ?? {}).filter((name) => !names.has(name));
  if (unknown.length === 0) return [];
  const some = [...names].slice(0, MOST_NAMES);
  const hint = names.size === 0 ? "it has no ports, so write them into spec.ports first" : `its ports are ${some.join(", ")}`;
  const more = names.size > some.length ? ` and ${names.size - some.length} more` : "";
  return unknown.map((value) => finding("endpointPortUnknown", fieldPath(`${path}.ports`, value), { value, hint, more }));
}

/** More names than these help nobody. */
const MOST_NAMES = 10;

/** Endpoints have an address that the resolution can use, and only ports that the service has. */
export const serviceEntryEndpoints: Rule<"ServiceEntry"> = {
  id: "service-entry/endpoints",
  kinds: ["ServiceEntry"],
  check: ({ spec }) => {
    const names = new Set((spec.ports ?? []).map((port) => port.name ?? ""));
    return each(spec.endpoints, "spec.endpoints", (endpoint, path) => [
      ...checkEndpoint(endpoint, path),
      ...checkAgainstResolution(spec, endpoint, path),
      ...checkPorts(names, endpoint, path),
    ]);
  },
};
