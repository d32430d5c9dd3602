import { isIp } from "../base/address.ts";
import type { MeshService } from "../model/mesh-service.ts";
import type { VisiblePort } from "../scope/visible-services.ts";

/** An address as it stands in a Host header; a range cannot stand there. */
function asDomain(address: string): readonly string[] {
  if (!isIp(address)) {
    return [];
  }
  return [address.includes(":") ? `[${address}]` : address];
}

function serviceNames(service: MeshService, namespace: string): readonly string[] {
  const { name, namespace: own } = service;
  return [...(own === namespace ? [name] : []), `${name}.${own}`, `${name}.${own}.svc`];
}

/** What callers of `namespace` may write in the Host header to mean a service; ports are ignored while matching. */
export function hostDomains({ service, addresses }: Pick<VisiblePort, "service" | "addresses">, namespace: string): readonly string[] {
  const { host } = service;
  const names = service.declaredBy === "Service" ? serviceNames(service, namespace) : [];
  const dotted = host.startsWith("*") ? [] : [`${host}.`];
  const pods = service.headless ? [host, ...names.filter((name) => name.includes("."))].map((name) => `*.${name}`) : [];
  return [host, ...dotted, ...names, ...pods, ...addresses.flatMap(asDomain)];
}
