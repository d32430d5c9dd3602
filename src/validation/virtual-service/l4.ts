import type { L4Match, TlsMatch } from "../../api/networking/http-match.ts";
import type { RouteDestination, TlsRoute } from "../../api/networking/virtual-service.ts";
import { isIp, parseRange } from "../../base/address.ts";
import { type HostSet, hostSet } from "../../base/host-set.ts";
import { hostOfMeshSni } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkDestination } from "../check/destination.ts";
import { checkWildcardHost } from "../check/host.ts";
import { checkMatchedLabels } from "../check/labels.ts";
import { checkAnyNamespace } from "../check/namespace.ts";
import { checkPortNumber } from "../check/port.ts";
import { checkWeights } from "../check/weights.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

function checkRoutes(routes: readonly RouteDestination[] | undefined, path: string): readonly Finding[] {
  if (!routes?.length) return [finding("routeMissing", path, { names: "route" })];
  return [
    ...each(routes, `${path}.route`, (target, at) => checkDestination(target.destination, `${at}.destination`)),
    ...checkWeights(routes, `${path}.route`),
  ];
}

const checkL4: Check<L4Match | TlsMatch> = (match, path) => [
  ...each(match.destinationSubnets, `${path}.destinationSubnets`, (value, at) =>
    parseRange(value) ? [] : [finding("badRange", at, { value })],
  ),
  ...present(match.port || undefined, `${path}.port`, checkPortNumber),
  ...present(match.sourceLabels, `${path}.sourceLabels`, checkMatchedLabels),
  ...present(match.sourceNamespace || undefined, `${path}.sourceNamespace`, checkAnyNamespace),
];

interface Allowed {
  readonly hosts: HostSet;
  /** Whether server names between meshes may be asked for, as gateways take them. */
  readonly meshSni: boolean;
}

function checkSni(value: string, path: string, { hosts, meshSni }: Allowed): readonly Finding[] {
  if (isIp(value)) return [finding("sniAddress", path, { value })];
  const bad = checkWildcardHost((meshSni ? hostOfMeshSni(value) : undefined) ?? value, path);
  if (bad.length > 0) return bad;
  return hosts.cover(value) ? [] : [finding("sniNotInHosts", path, { value })];
}

function checkTlsRule(rule: TlsRoute, path: string, allowed: Allowed): readonly Finding[] {
  const matches = each(rule.match, `${path}.match`, (match, at) => [
    ...(match.sniHosts.length === 0 ? [finding("matchNeedsSni", `${at}.sniHosts`, {})] : []),
    ...each(match.sniHosts, `${at}.sniHosts`, (value, where) => checkSni(value, where, allowed)),
    ...checkL4(match, at),
  ]);
  return [
    ...(rule.match.length === 0 ? [finding("l4MatchMissing", `${path}.match`, {})] : []),
    ...matches,
    ...checkRoutes(rule.route, path),
  ];
}

/** Rules for TLS and TCP: conditions that can be tested, and a place to go. */
export const virtualServiceL4: Rule<"VirtualService"> = {
  id: "virtual-service/l4",
  kinds: ["VirtualService"],
  check: ({ spec: { tls, tcp, hosts = [], gateways = [] } }) => {
    const meshSni = gateways.length > 0 && !gateways.includes("mesh");
    const allowed = { hosts: hostSet(tls === undefined ? [] : hosts), meshSni };
    return [
      ...each(tls, "spec.tls", (rule, path) => checkTlsRule(rule, path, allowed)),
      ...each(tcp, "spec.tcp", (rule, path) => [...each(rule.match, `${path}.match`, checkL4), ...checkRoutes(rule.route, path)]),
    ];
  },
};
