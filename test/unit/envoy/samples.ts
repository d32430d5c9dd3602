import type { ServiceClusterInput } from "../../../src/envoy/clusters/service-cluster.ts";
import type { ListenerSettings } from "../../../src/envoy/listeners/listener-settings.ts";
import type { ResolveDestination } from "../../../src/envoy/routes/resolved-destination.ts";
import type { RouteContext } from "../../../src/envoy/routes/route-context.ts";
import type { MeshEndpoint, MeshService, ServicePort } from "../../../src/model/mesh-service.ts";

export const settings: ListenerSettings = { ipv6: false };

export const httpPort: ServicePort = { number: 80, name: "http", protocol: "HTTP" };

export function service(more: Partial<MeshService> = {}): MeshService {
  return {
    host: "api.example.com",
    namespace: "default",
    name: "api",
    created: "",
    declaredBy: "ServiceEntry",
    external: true,
    resolution: "STATIC",
    addresses: [],
    ports: [httpPort],
    exportTo: ["*"],
    subjectAltNames: [],
    ...more,
  };
}

export function endpoint(address: string, port: number, more: Partial<MeshEndpoint> = {}): MeshEndpoint {
  return { address, port, labels: {}, weight: 1, locality: "", mutualTls: false, healthy: true, ...more };
}

export function clusterInput(more: Partial<ServiceClusterInput> = {}): ServiceClusterInput {
  return {
    service: service(),
    port: httpPort,
    policy: {},
    endpoints: [],
    mesh: { connectTimeout: "10s", trustDomain: "cluster.local", autoMtls: true },
    ...more,
  };
}

export const context: RouteContext = { gateway: "mesh", port: 80, source: { namespace: "default", labels: { app: "client" } } };

/** `outbound|PORT|SUBSET|HOST`, port 80 where none is written. */
export const resolve: ResolveDestination = ({ host, subset, port }) => ({
  cluster: `outbound|${port?.number ?? 80}|${subset ?? ""}|${host}`,
});
