import type { EncodedResource, ResourceType } from "../rpc/resource.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";

/** Names that changed for a client, by type. A name that is now absent is among them. */
export type ChangedNames = ReadonlyMap<ResourceType, ReadonlySet<string>>;

/** What one connected proxy sees. Reading is cheap: resources are built on first use and kept. */
export interface Subscription {
  /** Every name a wildcard subscription of this type covers. */
  names(type: ResourceType): Iterable<string>;
  /** The resource, or undefined where this proxy may see none of that name. */
  get(type: ResourceType, name: string): EncodedResource | undefined;
  close(): void;
}

/** Where `xds` gets what it sends. It knows names, bytes and «these names changed», nothing else. */
export interface Publisher {
  /** `changed` is called after each change of the world that touches this proxy, with names only. */
  subscribe(proxy: ProxyNode, changed: (names: ChangedNames) => void): Subscription;
}
