import { create, type DescMessage, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import { ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { ClusterLoadAssignmentSchema } from "../../../src/gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import { ListenerSchema } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { RouterSchema } from "../../../src/gen/envoy/extensions/filters/http/router/v3/router_pb.ts";
import { HttpConnectionManagerSchema } from "../../../src/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import { DownstreamTlsContextSchema } from "../../../src/gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "../../../src/rpc/resource.ts";

function encoded<D extends DescMessage>(type: ResourceType, name: string, schema: D, json: JsonValue): EncodedResource {
  return encodeResource(name, TYPE_URLS[type], toBinary(schema, fromJson(schema, json)));
}

/** A cluster whose endpoints come by ADS. */
export function cluster(name: string): EncodedResource {
  const ads = { ads: {}, resourceApiVersion: "V3", initialFetchTimeout: "0s" };
  return encoded("cluster", name, ClusterSchema, { name, type: "EDS", connectTimeout: "1s", edsClusterConfig: { edsConfig: ads } });
}

export function endpoints(name: string, port: number): EncodedResource {
  const address = { socketAddress: { address: "127.0.0.1", portValue: port } };
  return encoded("endpoint", name, ClusterLoadAssignmentSchema, {
    clusterName: name,
    endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }],
  });
}

/** Everything to one cluster, or with a text of its own. */
export function route(name: string, target: { readonly cluster: string } | { readonly text: string }): EncodedResource {
  const action =
    "cluster" in target ? { route: { cluster: target.cluster } } : { directResponse: { status: 200, body: { inlineString: target.text } } };
  return encoded("route", name, RouteConfigurationSchema, {
    name,
    validateClusters: false,
    virtualHosts: [{ name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, ...action }] }],
  });
}

function manager(routeName: string): JsonValue {
  const connectionManager = fromJson(HttpConnectionManagerSchema, {
    statPrefix: "test",
    rds: { routeConfigName: routeName, configSource: { ads: {}, resourceApiVersion: "V3", initialFetchTimeout: "0s" } },
  });
  connectionManager.httpFilters.push(
    ...fromJson(HttpConnectionManagerSchema, { statPrefix: "x" }).httpFilters,
    // A message of a type that has no fields: packed by hand, as no registry is at hand.
    {
      $typeName: "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter",
      name: "envoy.filters.http.router",
      isOptional: false,
      disabled: false,
      configType: { case: "typedConfig", value: anyPack(RouterSchema, create(RouterSchema)) },
    },
  );
  const any = anyPack(HttpConnectionManagerSchema, connectionManager);
  return { typeUrl: any.typeUrl, value: Buffer.from(any.value).toString("base64") };
}

/** An HTTP listener with routes by ADS; `secure` with the workload's certificate by SDS. */
export function listener(name: string, port: number, secure = false): EncodedResource {
  const message = fromJson(ListenerSchema, {
    name,
    address: { socketAddress: { address: "127.0.0.1", portValue: port } },
    filterChains: [{ filters: [{ name: "http" }] }],
    trafficDirection: "INBOUND",
  });
  const filter = message.filterChains[0]?.filters[0];
  const any = manager(name) as { readonly typeUrl: string; readonly value: string };
  if (filter)
    filter.configType = {
      case: "typedConfig",
      value: create(AnySchema, { typeUrl: any.typeUrl, value: Buffer.from(any.value, "base64") }),
    };
  const chain = message.filterChains[0];
  if (secure && chain) {
    chain.transportSocket = {
      $typeName: "envoy.config.core.v3.TransportSocket",
      name: "tls",
      configType: { case: "typedConfig", value: anyPack(DownstreamTlsContextSchema, workloadTls()) },
    };
  }
  return encodeResource(name, TYPE_URLS.listener, toBinary(ListenerSchema, message));
}

function workloadTls() {
  const sdsConfig = {
    apiConfigSource: { apiType: "GRPC", transportApiVersion: "V3", grpcServices: [{ envoyGrpc: { clusterName: "sds-grpc" } }] },
    resourceApiVersion: "V3",
    initialFetchTimeout: "0s",
  };
  return fromJson(DownstreamTlsContextSchema, {
    commonTlsContext: {
      tlsCertificateSdsSecretConfigs: [{ name: "default", sdsConfig }],
      validationContextSdsSecretConfig: { name: "ROOTCA", sdsConfig },
    },
    requireClientCertificate: false,
  });
}

/** Envoy refuses it: its address has no port. */
export function brokenListener(name: string): EncodedResource {
  return encoded("listener", name, ListenerSchema, {
    name,
    address: { socketAddress: { address: "127.0.0.1", portValue: 1 } },
    filterChains: [{ filters: [{ name: "no.such.filter" }] }],
  });
}

/** Envoy refuses it: two virtual hosts want the same name. */
export function brokenRoute(name: string): EncodedResource {
  const virtualHosts = ["one", "two"].map((host) => ({ name: host, domains: ["same.example"] }));
  return encoded("route", name, RouteConfigurationSchema, { name, virtualHosts });
}
