// Route configurations of sidecars and gateways.
//
//   hosts on the port ──► one virtual host each, encoded and kept ──► bytes laid end to end
//
// so that one changed host among thousands costs one virtual host and one concatenation.
import { toBinary } from "@bufbuild/protobuf";
import { isHttp } from "../base/protocol.ts";
import { type VirtualHost, VirtualHostSchema } from "../gen/envoy/config/route/v3/route_components_pb.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { encodeResource } from "../rpc/delta-encoding.ts";
import { type EncodedResource, TYPE_URLS } from "../rpc/resource.ts";
import { outboundPolicy } from "../scope/egress.ts";
import { type GatewayHost, type GatewayHostsArg, gatewayHosts } from "../scope/gateway-hosts.ts";
import type { GatewayPort } from "../scope/gateway-ports.ts";
import type { View } from "../scope/proxy-view.ts";
import { parseScopeId } from "../scope/scope-id.ts";
import { bareHostsOf, virtualServiceOf } from "../scope/virtual-service.ts";
import { hostArg, visibleHost, visiblePorts } from "../scope/visible-services.ts";
import { destinationAt, destinationResolver } from "./destinations.ts";
import { ALL_BUCKETS, bucketArg, queryOfBucket, splitBucketArg } from "./host-buckets.ts";
import { hostDomains } from "./host-domains.ts";
import { catchAllVirtualHost } from "./routes/catch-all-virtual-host.ts";
import { encodeRouteConfiguration } from "./routes/route-configuration.ts";
import { buildVirtualHost } from "./routes/virtual-host.ts";
import { mustFit } from "./wire/message-fault.ts";

interface HostOnPort {
  readonly host: string;
  readonly domains: readonly string[];
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);

/** The domain of the virtual host for names that nobody declared. */
const CATCH_ALL = "*";

/** Callers that say a host which only a VirtualService names reach it on this port, as in Istio. */
const PORT_OF_BARE_HOSTS = 80;

function bareHosts(reader: Reader, scope: string): readonly HostOnPort[] {
  return reader.get(bareHostsOf, scope).map((host) => ({ host, domains: [host] }));
}

/** Envoy refuses a table in which a domain stands twice: who comes first keeps it. */
function withoutRepeats(hosts: readonly HostOnPort[], taken = new Set<string>()): readonly HostOnPort[] {
  return hosts.flatMap(({ host, domains }) => {
    const own = domains.filter((domain) => !taken.has(domain.toLowerCase()) && taken.add(domain.toLowerCase()));
    return own.length === 0 ? [] : [{ host, domains: own }];
  });
}

/** Hosts that a scope calls by HTTP on a port, those of undeclared protocol too. Argument: scope, space, port. */
const httpHosts: Query<readonly HostOnPort[]> = {
  name: "http-hosts",
  compute(reader, arg) {
    const [scope = "", number] = arg.split(" ");
    const { namespace } = parseScopeId(scope);
    const declared = reader
      .get(visiblePorts, scope)
      .filter(({ port }) => port.number === Number(number) && (isHttp(port.protocol) || port.protocol === "auto"))
      .map((at) => ({ host: at.service.host, domains: hostDomains(at, namespace) }));
    const bare = Number(number) === PORT_OF_BARE_HOSTS ? bareHosts(reader, scope) : [];
    return withoutRepeats([...declared, ...bare], new Set([CATCH_ALL])).toSorted((a, b) => (a.host < b.host ? -1 : 1));
  },
};

interface VirtualHostParts extends HostOnPort {
  readonly scope: string;
  readonly port: number;
}

function encodeVirtualHost(virtualHost: VirtualHost): Uint8Array {
  mustFit(VirtualHostSchema, virtualHost);
  return toBinary(VirtualHostSchema, virtualHost);
}

/** One virtual host of a sidecar's routes, encoded; undefined where there is nothing to route. */
const encodedVirtualHost: Query<Uint8Array | undefined> = {
  name: "virtual-host",
  compute(reader, arg) {
    const { scope, port, host, domains } = JSON.parse(arg) as VirtualHostParts;
    const rule = reader.get(virtualServiceOf, hostArg(scope, host));
    const { namespace } = parseScopeId(scope);
    const isDeclared = reader.get(visibleHost, hostArg(scope, host)).some((at) => at.port.number === port);
    const virtualHost = buildVirtualHost({
      name: `${host}:${port}`,
      domains,
      ...(rule === undefined ? {} : { virtualService: rule }),
      ...(isDeclared ? { fallback: destinationAt(reader, scope, { host, port }) } : {}),
      context: { gateway: "mesh", port, source: parseScopeId(scope) },
      resolve: destinationResolver(reader, { scope, namespace: rule?.namespace ?? namespace, port }),
      leaveOut: reader.leaveOut,
    });
    return virtualHost && encodeVirtualHost(virtualHost);
  },
  equal: sameBytes,
  recover: () => undefined,
};

const httpHostsOfBucket = queryOfBucket("http-hosts", httpHosts, ({ host }) => host);

/** Encoded virtual hosts of one bucket. */
const virtualHostsOfBucket: Query<readonly Uint8Array[]> = {
  name: "virtual-hosts-of-bucket",
  compute(reader, arg) {
    const [hosts] = splitBucketArg(arg);
    const [scope = "", port] = hosts.split(" ");
    const built = reader
      .get(httpHostsOfBucket, arg)
      .map((host) => reader.get(encodedVirtualHost, JSON.stringify({ scope, port: Number(port), ...host })));
    return built.filter((bytes) => bytes !== undefined);
  },
  equal: (a, b) => a.length === b.length && a.every((bytes, i) => sameBytes(bytes, b[i])),
};

function assemble(name: string, virtualHosts: readonly (Uint8Array | undefined)[]): EncodedResource {
  const bytes = encodeRouteConfiguration({ name, virtualHosts: virtualHosts.filter((host) => host !== undefined) });
  return encodeResource(name, TYPE_URLS.route, bytes);
}

function catchAll(reader: Reader, scope: string): Uint8Array {
  const kind = reader.get(outboundPolicy, scope) === "ALLOW_ANY" ? "allow_any" : "block_all";
  return toBinary(VirtualHostSchema, catchAllVirtualHost(kind));
}

/** Routes of `80`: all HTTP hosts on a port, then what becomes of all others. */
function portRoutes(reader: Reader, scope: string, port: number): EncodedResource {
  const declared = ALL_BUCKETS.flatMap((bucket) => reader.get(virtualHostsOfBucket, bucketArg(`${scope} ${port}`, bucket)));
  return assemble(String(port), [...declared, catchAll(reader, scope)]);
}

/** Routes of `HOST:PORT`: one host of undeclared protocol, under any name. */
function hostRoutes(reader: Reader, scope: string, at: { readonly host: string; readonly port: number }): EncodedResource {
  const parts: VirtualHostParts = { scope, ...at, domains: [CATCH_ALL] };
  return assemble(`${at.host}:${at.port}`, [reader.get(encodedVirtualHost, JSON.stringify(parts))]);
}

function sidecarRoutes(reader: Reader, scope: string, name: string): EncodedResource | undefined {
  const colon = name.lastIndexOf(":");
  const port = Number(name.slice(colon + 1));
  if (!Number.isInteger(port)) {
    return undefined;
  }
  return colon < 0 ? portRoutes(reader, scope, port) : hostRoutes(reader, scope, { host: name.slice(0, colon), port });
}

interface GatewayVirtualHostParts extends HostOnPort {
  readonly scope: string;
  readonly port: number;
  readonly served: GatewayHost;
}

/** One virtual host of a gateway's routes, encoded; undefined where there is nothing to route. */
const encodedGatewayHost: Query<Uint8Array | undefined> = {
  name: "gateway-virtual-host",
  compute(reader, arg) {
    const { scope, port, domains, served } = JSON.parse(arg) as GatewayVirtualHostParts;
    const virtualHost = buildVirtualHost({
      name: `${served.host}:${port}`,
      domains,
      virtualService: served.rule,
      context: { gateway: served.gateway, port, source: parseScopeId(scope) },
      resolve: destinationResolver(reader, { scope, namespace: served.rule.namespace, port }),
      leaveOut: reader.leaveOut,
    });
    return virtualHost && encodeVirtualHost(virtualHost);
  },
  equal: sameBytes,
  recover: () => undefined,
};

function gatewayRoutes(reader: Reader, view: View, at: GatewayPort): EncodedResource {
  const arg: GatewayHostsArg = { namespace: view.namespace, port: at };
  const served = new Map(reader.get(gatewayHosts, JSON.stringify(arg)).map((each) => [each.host, each]));
  const hosts = withoutRepeats([...served.keys()].map((host) => ({ host, domains: host.startsWith("*") ? [host] : [host, `${host}.`] })));
  const built = hosts.map(({ host, domains }) =>
    reader.get(encodedGatewayHost, JSON.stringify({ scope: view.scope, port: at.port, host, domains, served: served.get(host) })),
  );
  return assemble(`http.${at.bindPort}`, built);
}

export function routeResource(reader: Reader, view: View, name: string): EncodedResource | undefined {
  if (view.type === "router") {
    const at = view.gatewayPorts.find((port) => `http.${port.bindPort}` === name);
    return at && gatewayRoutes(reader, view, at);
  }
  return sidecarRoutes(reader, view.scope, name);
}
