import { inspect } from "../../../../src/api/decode.ts";
import { keyOf, type StoredObject } from "../../../../src/api/object.ts";
import type { ResourceType } from "../../../../src/rpc/resource.ts";
import type { ProxyNode } from "../../../../src/scope/proxy-node.ts";
import { settledPublisher } from "../../envoy/settled-publisher.ts";
import { arrivals } from "../../model/world.ts";

const NODES: readonly ProxyNode[] = [
  { id: "", type: "sidecar", name: "client", namespace: "shop", serviceAccount: "default" },
  { id: "", type: "sidecar", name: "web-1", namespace: "shop", serviceAccount: "web" },
  { id: "", type: "router", name: "gateway", namespace: "shop", serviceAccount: "default" },
];

/** Ports of the world's services and gateways. */
const PORTS = [80, 443, 8080, 8083, 9000, 9100, 9300];
const ROUTES = PORTS.flatMap((port) => [`${port}`, `http.${port}`, `api.example.com:${port}`]);

/** An object read as it would be from the API server; one whose shape is wrong fails the test. */
export function read(raw: object): StoredObject {
  const { object, findings } = inspect(raw);
  if (object === undefined)
    throw new Error(`${JSON.stringify(raw)}: ${findings.map(({ path, message }) => `${path} ${message}`).join("; ")}`);
  return object;
}

/** A mesh at work, into which one object is put after the other, each in place of the one before. */
export interface MeshAtWork {
  /** Name and version of everything that a caller, a server and a gateway are sent beside the object; of all objects one key. */
  sent(object: StoredObject): string;
}

export function meshAtWork(world: readonly StoredObject[]): MeshAtWork {
  const publisher = settledPublisher();
  publisher.apply(arrivals(...world));
  const proxies = NODES.map((node) => ({ name: node.name, proxy: publisher.subscribe(node, () => undefined) }));
  let before: StoredObject | undefined;
  return {
    sent: (after) => {
      publisher.apply(new Map([[keyOf(after), { ...(before && { before }), after }]]));
      before = after;
      return proxies
        .flatMap(({ name, proxy }) => {
          const all = (type: ResourceType, names: Iterable<string>) =>
            [...names].map((resource) => `${name} ${type} ${resource} ${proxy.get(type, resource)?.version}`);
          const clusters = [...proxy.names("cluster")];
          return [
            ...all("cluster", clusters),
            ...all("endpoint", clusters),
            ...all("listener", proxy.names("listener")),
            ...all("route", ROUTES),
          ];
        })
        .join("\n");
    },
  };
}
