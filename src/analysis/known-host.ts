import { isSeenFrom } from "../model/export-to.ts";
import { servicesNamed } from "../model/indexes/exported-services.ts";
import type { MeshService } from "../model/mesh-service.ts";
import { hostAndWildcards } from "../model/short-host.ts";
import { reachableHost } from "../scope/reachable-hosts.ts";
import { hostArg } from "../scope/visible-services.ts";
import { scopeIn } from "./scope-in.ts";
import type { World } from "./world.ts";

/** What is known of a host where it is called. */
export interface KnownHost {
  /** What declares the host itself; absent where nothing does that is seen there. */
  readonly declared?: MeshService["declaredBy"];
  /** The wildcard that stands for it, where nothing declares the host itself. */
  readonly above?: string;
  /** Ports that can be called; none where it has none, or its declaration names none. */
  readonly ports: ReadonlySet<number>;
}

function seen(world: World, namespace: string, host: string): readonly MeshService[] {
  return world.ask(servicesNamed, host).filter(({ exportTo }) => isSeenFrom(exportTo, namespace));
}

export function knownHost(world: World, namespace: string, host: string): KnownHost {
  const [first, ...others] = seen(world, namespace, host);
  if (first !== undefined) {
    const ports = world.get(reachableHost, hostArg(scopeIn(namespace), host)).map(({ port }) => port.number);
    const declared = [first, ...others].find(({ declaredBy }) => declaredBy === "Service") ?? first;
    return { declared: declared.declaredBy, ports: new Set(ports) };
  }
  const above = hostAndWildcards(host).find((wildcard) => wildcard !== host && seen(world, namespace, wildcard).length > 0);
  return { ...(above !== undefined && { above }), ports: new Set() };
}
