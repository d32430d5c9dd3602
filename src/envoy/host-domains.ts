import type { MeshService } from "../model/mesh-service.ts";

/** An address as it stands in a Host header; a range cannot stand there. */
function asDomain(address: string): readonly string[] {
  if (address.includes("/")) {
    return [];
  }
  return [address.includes(":") ? `[${address}]` : address];
}

function serviceNames(service: MeshService, namespace: string): readonly string[] {
  const { name, namespace: own } = service;
  return [...(own === namespace ? [name] : []), `${name}.${own}`, `${name}.${own}.svc`];
}

/** What callers of `namespace` may write in the Host header to mean a service; ports are ignored while matching. */
export function hostDomains(service: MeshService, namespace: string): readonly string[] {
  const { host } = service;
  const names = service.declaredBy === "Service" ? serviceNames(service, namespace) : [];
  const dotted = host.startsWith("*") ? [] : [`${host}.`];
  return [host, ...dotted, ...names, ...service.addresses.flatMap(asDomain)];
}
