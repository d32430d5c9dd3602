import type { StoredObject } from "../../../src/api/object.ts";
import { stored } from "../../unit/model/world.ts";

/** Namespace of the sidecar that looks at all sets, and of most objects in them. */
export const CLIENT = { namespace: "shop", name: "client", address: "10.20.0.7", labels: { app: "client", version: "v1" } };
export const GATEWAY = { namespace: "shop", name: "edge", address: "10.20.0.8", labels: { app: "edge", istio: "ingressgateway" } };

/** A host that no set speaks of, on a port that most sets use: it must be there whatever else is. */
export const SOUND = { host: "sound.neighbour.test", port: 80 };

const pod = ({ namespace, name, address, labels }: typeof CLIENT | typeof GATEWAY) =>
  stored("Pod", `${namespace}/${name}`, { podIP: address, ready: true, serviceAccountName: "default" }, { labels });

function service(key: string, more: object, ports: readonly object[]): StoredObject {
  return stored("Service", key, { clusterIP: "10.96.0.10", ports, ...more } as never);
}

function slice(key: string, addresses: readonly string[], ports: readonly object[]): StoredObject {
  const [, name = ""] = key.split("/");
  const body = { addressType: "IPv4", endpoints: addresses.map((address) => ({ addresses: [address] })), ports };
  return stored("EndpointSlice", `${key}-1`, body as never, { labels: { "kubernetes.io/service-name": name } });
}

const HTTP = { name: "http", port: 8080 };
const TCP = { name: "tcp", port: 9000 };

/** What is there before and after every set: the two pods, and services of Kubernetes that objects can speak of. */
export const BASE: readonly StoredObject[] = [
  pod(CLIENT),
  pod(GATEWAY),
  service("shop/web", { selector: { app: "client" } }, [HTTP, TCP, { name: "grpc", port: 7070 }]),
  service("shop/orders", { clusterIP: "10.96.0.11", selector: { app: "orders" } }, [
    { name: "http", port: 80 },
    TCP,
    { name: "auto", port: 81 },
  ]),
  slice("shop/orders", ["10.20.1.1", "10.20.1.2"], [{ name: "http", port: 8080 }, TCP, { name: "auto", port: 8081 }]),
  service("other/db", { clusterIP: "None", selector: { app: "db" } }, [
    { name: "tcp-db", port: 5432 },
    { name: "http", port: 80 },
  ]),
  slice(
    "other/db",
    ["10.20.2.1"],
    [
      { name: "tcp-db", port: 5432 },
      { name: "http", port: 80 },
    ],
  ),
  stored("ServiceEntry", "neighbour/sound", {
    hosts: [SOUND.host],
    ports: [{ number: SOUND.port, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    endpoints: [{ address: "192.0.2.1" }],
  }),
  stored("MeshConfig", "/mesh", {}),
];
