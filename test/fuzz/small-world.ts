import { createWorld } from "../../src/analysis/live-world.ts";
import type { World } from "../../src/analysis/world.ts";
import { keyOf, type StoredObject } from "../../src/api/object.ts";
import { Unfit } from "../../src/model/unfit.ts";
import type { ResourceType } from "../../src/rpc/resource.ts";
import type { ProxyNode } from "../../src/scope/proxy-node.ts";
import { settledPublisher } from "../unit/envoy/settled-publisher.ts";
import { arrivals, stored } from "../unit/model/world.ts";

const HTTP = { number: 80, name: "http", protocol: "HTTP" };

/** Something for a hostile object to meet. */
const OBJECTS: readonly StoredObject[] = [
  stored("Namespace", "/shop", {}),
  stored("Pod", "shop/client", { podIP: "10.0.0.7", serviceAccountName: "default" }, { labels: { app: "web" } }),
  stored("Pod", "shop/gateway", { podIP: "10.0.0.8", serviceAccountName: "default" }, { labels: { istio: "egressgateway" } }),
  stored("Service", "shop/web", { clusterIP: "10.96.0.9", selector: { app: "web" }, ports: [{ name: "http", port: 80 }] }),
  stored("ServiceEntry", "shop/api", { hosts: ["api.example.com"], ports: [HTTP], resolution: "DNS" }),
  stored("DestinationRule", "shop/api", { host: "api.example.com", subsets: [{ name: "v1", labels: { version: "v1" } }] }),
  stored("Gateway", "shop/gateway", { selector: { istio: "egressgateway" }, servers: [{ port: HTTP, hosts: ["*.example.com"] }] }),
  stored("VirtualService", "shop/api", {
    hosts: ["api.example.com"],
    gateways: ["mesh", "gateway"],
    http: [{ route: [{ destination: { host: "api.example.com", subset: "v1" } }] }],
  }),
];

export function smallWorld(): World {
  return createWorld(OBJECTS);
}

const NODES: readonly ProxyNode[] = [
  { id: "", type: "sidecar", name: "client", namespace: "shop", serviceAccount: "default" },
  { id: "", type: "router", name: "gateway", namespace: "shop", serviceAccount: "default" },
];

/** Builds everything that a sidecar and a gateway are sent once an object has come, and again when it is gone. */
export function smallMesh(): { meet(object: StoredObject): void } {
  const faults: unknown[] = [];
  const publisher = settledPublisher((query, arg, error) => {
    if (!(error instanceof Unfit)) faults.push(new Error(`${query} of ${arg} failed`, { cause: error }));
  });
  publisher.apply(arrivals(...OBJECTS));
  const build = (): void => {
    for (const node of NODES) {
      const proxy = publisher.subscribe(node, () => undefined);
      const all = (type: ResourceType, names: Iterable<string>): void => {
        for (const name of names) proxy.get(type, name);
      };
      const clusters = [...proxy.names("cluster")];
      all("cluster", clusters);
      all("endpoint", clusters);
      all("listener", proxy.names("listener"));
      all("route", ["80", "http.80", "443", "15010"]);
      proxy.close();
    }
  };
  return {
    meet: (object) => {
      const before = OBJECTS.find((other) => keyOf(other) === keyOf(object));
      publisher.apply(new Map([[keyOf(object), { ...(before && { before }), after: object }]]));
      build();
      publisher.apply(new Map([[keyOf(object), { before: object, ...(before && { after: before }) }]]));
      const [fault] = faults.splice(0);
      if (fault !== undefined) throw fault;
    },
  };
}
