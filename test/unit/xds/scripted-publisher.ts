import type { Publisher } from "../../../src/envoy/publisher.ts";
import { encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "../../../src/rpc/resource.ts";
import type { ProxyNode } from "../../../src/scope/proxy-node.ts";

/** One edit: a body to set, or undefined to remove. */
export type Edit = readonly [type: ResourceType, name: string, body: Uint8Array | undefined];

/** A publisher whose world is what the test says; all proxies see all of it. */
export interface ScriptedPublisher extends Publisher {
  change(...edits: readonly Edit[]): void;
  readonly subscribed: readonly ProxyNode[];
}

export function scriptedPublisher(): ScriptedPublisher {
  const content = new Map<ResourceType, Map<string, EncodedResource>>();
  const listeners = new Set<(names: ReadonlyMap<ResourceType, ReadonlySet<string>>) => void>();
  const subscribed: ProxyNode[] = [];
  const ofType = (type: ResourceType) => content.get(type) ?? new Map<string, EncodedResource>();
  const change = (...edits: readonly Edit[]) => {
    const names = new Map<ResourceType, Set<string>>();
    for (const [type, name, body] of edits) {
      names.set(type, (names.get(type) ?? new Set()).add(name));
      content.set(type, ofType(type));
      if (body) ofType(type).set(name, encodeResource(name, TYPE_URLS[type], body));
      else ofType(type).delete(name);
    }
    for (const listener of listeners) listener(names);
  };
  return {
    change,
    subscribed,
    subscribe: (proxy, changed) => {
      subscribed.push(proxy);
      listeners.add(changed);
      return { names: (type) => ofType(type).keys(), get: (type, name) => ofType(type).get(name), close: () => listeners.delete(changed) };
    },
  };
}
