import { isWildcard } from "../base/hostname.ts";
import type { StoredObject } from "./object.ts";

const ALLOCATE = "networking.istio.io/enable-autoallocate-ip";

/** Resolutions under which a call needs the address that the caller resolved, so that one of ours would lead nowhere. */
const BY_CALLER: ReadonlySet<string | undefined> = new Set([undefined, "NONE", "DYNAMIC_DNS"]);

/** Hosts of a ServiceEntry that an address is to be chosen for, as they are written; a host that is written twice is one. */
export function hostsToAddress({ metadata, spec }: Pick<StoredObject<"ServiceEntry">, "metadata" | "spec">): readonly string[] {
  const refused = metadata.labels[ALLOCATE]?.toLowerCase() === "false";
  if (refused || BY_CALLER.has(spec.resolution) || (spec.addresses ?? []).length > 0) return [];
  const byName = new Map(spec.hosts.filter((host) => !isWildcard(host)).map((host) => [host.toLowerCase(), host]));
  return [...byName.values()];
}
