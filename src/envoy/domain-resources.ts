// The names that the agents of a view answer for, where their pods' DNS queries are captured.
import { create } from "@bufbuild/protobuf";
import { canonicalAddress, isIp } from "../base/address.ts";
import { wildcardsOver } from "../base/hostname.ts";
import { DnsTable_DnsVirtualDomainSchema } from "../gen/envoy/data/dns/v3/dns_table_pb.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import type { View } from "../scope/proxy-view.ts";
import { parseScopeId } from "../scope/scope-id.ts";
import { hostArg, type VisiblePort, visibleHost, visiblePorts } from "../scope/visible-services.ts";
import { encode } from "./encode.ts";

/** Seconds that an answer may be kept, as long as in Istio. */
const TIME_TO_LIVE = 30n;

/** What a query for a host is answered with; none where it is left to the DNS servers, as the names of Kubernetes are. */
function answer(ports: readonly VisiblePort[]): readonly string[] {
  const ofKubernetes = ports.some(({ service }) => service.declaredBy === "Service");
  return ofKubernetes ? [] : [...new Set(ports.flatMap(({ addresses }) => addresses))].filter(isIp);
}

/** Names are the same with and without the dot at their end; the agent is told the shorter one. */
const nameOf = (host: string): string => host.replace(/\.$/, "");

/** Hosts of a scope that agents are told: those with an answer, and those that a wildcard with one must not answer for. */
const toldHosts: Query<readonly string[]> = {
  name: "told-hosts",
  compute(reader, scope) {
    const byHost = Map.groupBy(reader.get(visiblePorts, scope), ({ service }) => nameOf(service.host));
    const answered = new Set([...byHost].filter(([, ports]) => answer(ports).length > 0).map(([host]) => host));
    const isCovered = (host: string): boolean => wildcardsOver(host).some((wildcard) => answered.has(wildcard));
    return [...byHost.keys()].filter((host) => answered.has(host) || isCovered(host));
  },
};

export function domainNames(reader: Reader, view: View): readonly string[] {
  return parseScopeId(view.scope).dns === undefined ? [] : reader.get(toldHosts, view.scope);
}

export function domainResource(reader: Reader, view: View, name: string): EncodedResource | undefined {
  const ports = [name, `${name}.`].flatMap((host) => reader.get(visibleHost, hostArg(view.scope, host)));
  if (ports.length === 0) {
    return undefined;
  }
  const address = [...new Set(answer(ports).map(canonicalAddress))];
  const domain = create(DnsTable_DnsVirtualDomainSchema, {
    name,
    ...(address.length > 0 && { endpoint: { endpointConfig: { case: "addressList", value: { address } } } }),
    answerTtl: { seconds: TIME_TO_LIVE },
  });
  return encode("domain", name, DnsTable_DnsVirtualDomainSchema, domain);
}
