import type { Publisher, Subscription } from "../../../src/envoy/publisher.ts";
import type { ProxyNode } from "../../../src/scope/proxy-node.ts";

/** A client of a publisher, and the names that it was told of since, as `listener 0.0.0.0_80`. */
export interface HeardClient {
  readonly subscription: Subscription;
  readonly told: string[];
}

export function heardClient(publisher: Publisher, proxy: ProxyNode): HeardClient {
  const told: string[] = [];
  const subscription = publisher.subscribe(proxy, (names) => {
    for (const [type, set] of names) told.push(...[...set].map((name) => `${type} ${name}`));
  });
  return { subscription, told };
}
