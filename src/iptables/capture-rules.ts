import { automaticRange } from "../base/automatic-ranges.ts";
import { PASSTHROUGH } from "../base/passthrough.ts";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { PROBE_ADDRESS } from "./capture-probe.ts";
import type { Family, IptablesOptions } from "./iptables-options.ts";

export type Table = "raw" | "mangle" | "nat";

/** One rule, appended to its chain in the order of the list. `spec` is what follows the chain's name. */
export interface Rule {
  readonly table: Table;
  readonly chain: string;
  readonly spec: string;
}

/** What the pod is, beside the options: which DNS servers its resolv.conf names, by family. */
export interface PodNetwork {
  readonly dnsServers: Readonly<Record<Family, readonly string[]>>;
}

interface Addresses {
  readonly loopback: string;
  /** Never captured again. */
  readonly passthrough: string;
  readonly host: number;
}

const ADDRESSES: Readonly<Record<Family, Addresses>> = {
  v4: { loopback: "127.0.0.1/32", passthrough: `${PASSTHROUGH.v4}/32`, host: 32 },
  v6: { loopback: "::1/128", passthrough: `${PASSTHROUGH.v6}/128`, host: 128 },
};

const rulesIn =
  (table: Table) =>
  (chain: string, spec: string): Rule => ({ table, chain, spec });
const nat = rulesIn("nat");
const mangle = rulesIn("mangle");
const raw = rulesIn("raw");

const ofFamily = (ranges: readonly string[], family: Family): readonly string[] =>
  ranges.filter((range) => range !== "*" && range.includes(":") === (family === "v6"));

/**
 * The rules of one family, in order. They capture the packets that the reference's rules capture, those to the probe address, whoever
 * sends them, and where queries are captured what the app sends to automatic addresses; order within a chain is meaning, order between
 * chains is not.
 */
export function captureRules(asked: IptablesOptions, family: Family, network: PodNetwork): readonly Rule[] {
  const options = { ...asked, redirectDns: asked.redirectDns && (asked.captureAllDns || hasServers(network)) };
  return [
    ...virtualInterfaces(options, family),
    ...excludedInterfaces(options),
    ...dropInvalid(options),
    nat("ISTIO_INBOUND", `-p tcp --dport ${options.tunnelPort} -j RETURN`),
    nat("ISTIO_REDIRECT", `-p tcp -j REDIRECT --to-ports ${options.outboundPort}`),
    nat("ISTIO_IN_REDIRECT", `-p tcp -j REDIRECT --to-ports ${options.inboundPort}`),
    ...inbound(options, family),
    ...outbound(options, family, network),
    ...(options.redirectDns ? dnsZones(options, family, network) : []),
  ];
}

const hasServers = ({ dnsServers }: PodNetwork): boolean => dnsServers.v4.length + dnsServers.v6.length > 0;

/** What comes in; what goes out, but for TPROXY's marks, is left alone behind the probe and automatic addresses. */
function excludedInterfaces({ excludeInterfaces, mode }: IptablesOptions): readonly Rule[] {
  return excludeInterfaces.flatMap((name) => [
    nat("PREROUTING", `-i ${name} -j RETURN`),
    ...(mode === "TPROXY" ? [mangle("PREROUTING", `-i ${name} -j RETURN`), mangle("OUTPUT", `-o ${name} -j RETURN`)] : []),
  ]);
}

function dropInvalid(options: IptablesOptions): readonly Rule[] {
  return options.dropInvalid ? [mangle("PREROUTING", "-m conntrack --ctstate INVALID -j ISTIO_DROP"), mangle("ISTIO_DROP", "-j DROP")] : [];
}

/** Traffic that comes in from a virtual machine's interface goes out of the pod: captured as outbound, then left alone. */
function virtualInterfaces(options: IptablesOptions, family: Family): readonly Rule[] {
  const all = options.outboundRangesInclude.includes("*");
  return options.virtualInterfaces.flatMap((name) => {
    const targets = all ? [""] : ofFamily(options.outboundRangesInclude, family).map((range) => ` -d ${range}`);
    const captured = targets.map((target) => nat("PREROUTING", `${target.trimStart()}${target && " "}-i ${name} -j ISTIO_REDIRECT`));
    return [...captured, nat("PREROUTING", `-i ${name} -j RETURN`)];
  });
}

function inbound(options: IptablesOptions, family: Family): readonly Rule[] {
  if (options.inboundPortsInclude.length === 0) {
    return [];
  }
  return options.mode === "TPROXY"
    ? inboundTproxy(options, family)
    : [nat("PREROUTING", "-p tcp -j ISTIO_INBOUND"), ...inboundPorts(options)];
}

function inboundPorts(options: IptablesOptions): readonly Rule[] {
  if (!options.inboundPortsInclude.includes("*")) {
    return options.inboundPortsInclude.map((port) => nat("ISTIO_INBOUND", `-p tcp --dport ${port} -j ISTIO_IN_REDIRECT`));
  }
  const left = options.inboundPortsExclude.map((port) => nat("ISTIO_INBOUND", `-p tcp --dport ${port} -j RETURN`));
  return [...left, nat("ISTIO_INBOUND", "-p tcp -j ISTIO_IN_REDIRECT")];
}

function inboundTproxy(options: IptablesOptions, family: Family): readonly Rule[] {
  const { loopback, passthrough } = ADDRESSES[family];
  const mark = hex(options.tproxyMark);
  const own = hex(options.tproxyMark + 1);
  return [
    mangle("ISTIO_DIVERT", `-j MARK --set-xmark ${mark}/0xffffffff`),
    mangle("ISTIO_DIVERT", "-j ACCEPT"),
    mangle("ISTIO_TPROXY", `! -d ${loopback} -p tcp -j TPROXY --tproxy-mark ${mark}/0xffffffff --on-port ${options.inboundPort}`),
    mangle("ISTIO_INBOUND", `-p tcp -m mark --mark ${mark} -j RETURN`),
    mangle("ISTIO_INBOUND", `-p tcp -s ${passthrough} -i lo -j RETURN`),
    mangle("ISTIO_INBOUND", `-p tcp -i lo -m mark ! --mark ${own} -j RETURN`),
    ...tproxyPorts(options),
    mangle("PREROUTING", "-p tcp -j ISTIO_INBOUND"),
    mangle("PREROUTING", `-p tcp -m mark --mark ${mark} -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff`),
    mangle("OUTPUT", `-o lo -p tcp -m mark --mark ${mark} -j RETURN`),
    ...ownersOf(options).map((owner) =>
      mangle("OUTPUT", `! -d ${loopback} -o lo -p tcp -m owner ${owner} -j MARK --set-xmark ${own}/0xffffffff`),
    ),
    mangle("OUTPUT", `-p tcp -m connmark --mark ${mark} -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff`),
  ];
}

/** The proxy's own users and groups, as rules match them. */
function ownersOf({ proxyUids, proxyGids }: IptablesOptions): readonly string[] {
  return [...proxyUids.map((uid) => `--uid-owner ${uid}`), ...proxyGids.map((gid) => `--gid-owner ${gid}`)];
}

const hex = (mark: number): string => `0x${mark.toString(16)}`;

function tproxyPorts(options: IptablesOptions): readonly Rule[] {
  const captured = (match: string): readonly Rule[] => [
    mangle("ISTIO_INBOUND", `${match} -m conntrack --ctstate RELATED,ESTABLISHED -j ISTIO_DIVERT`),
    mangle("ISTIO_INBOUND", `${match} -j ISTIO_TPROXY`),
  ];
  if (!options.inboundPortsInclude.includes("*")) {
    return options.inboundPortsInclude.flatMap((port) => captured(`-p tcp --dport ${port}`));
  }
  const left = options.inboundPortsExclude.map((port) => mangle("ISTIO_INBOUND", `-p tcp --dport ${port} -j RETURN`));
  return [...left, ...captured("-p tcp")];
}

function outbound(options: IptablesOptions, family: Family, network: PodNetwork): readonly Rule[] {
  const { loopback, passthrough, host } = ADDRESSES[family];
  const output = (spec: string): Rule => nat("ISTIO_OUTPUT", spec);
  return [
    nat("OUTPUT", "-j ISTIO_OUTPUT"),
    output(`-d ${PROBE_ADDRESS[family]}/${host} -p tcp -j REDIRECT --to-ports ${PROXY_PORTS.capture}`),
    ...(options.redirectDns ? automaticAddresses(options, family) : []),
    ...options.excludeInterfaces.map((name) => output(`-o ${name} -j RETURN`)),
    ...options.outboundPortsExclude.flatMap((port) => ["tcp", "udp"].map((protocol) => output(`-p ${protocol} --dport ${port} -j RETURN`))),
    output(`-o lo -s ${passthrough} -j RETURN`),
    ...options.proxyUids.flatMap((uid) => ownTraffic(options, family, `--uid-owner ${uid}`)),
    ...options.proxyGids.flatMap((gid) => ownTraffic(options, family, `--gid-owner ${gid}`)),
    ...(options.redirectDns ? dnsRedirect(options, family, network) : []),
    output(`-d ${loopback} -j RETURN`),
    ...ofFamily(options.outboundRangesExclude, family).map((range) => output(`-d ${range} -j RETURN`)),
    ...options.outboundPortsInclude.map((port) => output(`-p tcp ${port === "*" ? "" : `--dport ${port} `}-j ISTIO_REDIRECT`)),
    ...outboundTargets(options, family).map((target) => output(`${target}-j ISTIO_REDIRECT`)),
  ];
}

/**
 * An answer of the agent leads to these, so what is excluded or not included must not lead past the sidecar there. The proxy's own calls go on
 * to the rules behind.
 */
function automaticAddresses(options: IptablesOptions, family: Family): readonly Rule[] {
  return [
    nat("ISTIO_OUTPUT", `-d ${automaticRange(family === "v4" ? 4 : 6)} -p tcp -j ISTIO_OUTPUT_AUTO`),
    ...ownersOf(options).map((owner) => nat("ISTIO_OUTPUT_AUTO", `-m owner ${owner} -j RETURN`)),
    nat("ISTIO_OUTPUT_AUTO", "-j ISTIO_REDIRECT"),
  ];
}

function outboundTargets(options: IptablesOptions, family: Family): readonly string[] {
  if (options.outboundRangesInclude.includes("*")) {
    return [""];
  }
  return ofFamily(options.outboundRangesInclude, family).map((range) => `-d ${range} `);
}

/**
 * Envoy calling its own pod by the pod's address goes through the inbound side; everything else it does is left alone. So is what the
 * pod calls of itself, unless a range of loopback addresses is to be captured.
 */
function ownTraffic(options: IptablesOptions, family: Family, owner: string): readonly Rule[] {
  const { loopback } = ADDRESSES[family];
  const dns = options.redirectDns;
  const ports = dns && owner.startsWith("--uid") ? `-m multiport ! --dports 53,${options.tunnelPort}` : `! --dport ${options.tunnelPort}`;
  const toItself = nat("ISTIO_OUTPUT", `-o lo ${dns ? "-p tcp ! --dport 53 " : ""}-m owner ! ${owner} -j RETURN`);
  return [
    nat("ISTIO_OUTPUT", `-o lo ! -d ${loopback} -p tcp ${ports} -m owner ${owner} -j ISTIO_IN_REDIRECT`),
    ...(options.outboundRangesInclude.some(isLoopback) ? [] : [toItself]),
    nat("ISTIO_OUTPUT", `-m owner ${owner} -j RETURN`),
  ];
}

const isLoopback = (range: string): boolean => range.startsWith("127.") || /^(::1|0*(:0*){6}:0*1)(\/|$)/.test(range);

/** Destinations of captured queries, as text before and after the port: `[""]` for all. */
function dnsServers(options: IptablesOptions, family: Family, network: PodNetwork): readonly string[] {
  return options.captureAllDns ? [""] : network.dnsServers[family].map((server) => ` ${server}/${ADDRESSES[family].host}`);
}

function dnsRedirect(options: IptablesOptions, family: Family, network: PodNetwork): readonly Rule[] {
  const servers = dnsServers(options, family, network).map((server) => server && ` -d${server}`);
  return [
    nat("ISTIO_OUTPUT", "-j ISTIO_OUTPUT_DNS"),
    ...["tcp", "udp"].flatMap((protocol) =>
      servers.map((server) => nat("ISTIO_OUTPUT_DNS", `-p ${protocol} --dport 53${server} -j REDIRECT --to-ports ${PROXY_PORTS.dns}`)),
    ),
  ];
}

/**
 * The app's and the agent's queries may have the same source port: apart in connection tracking by zone, or the answer to
 * one would be translated as if it were of the other.
 */
function dnsZones(options: IptablesOptions, family: Family, network: PodNetwork): readonly Rule[] {
  const servers = dnsServers(options, family, network);
  return [
    raw("OUTPUT", "-j ISTIO_OUTPUT_DNS"),
    ...ownersOf(options).flatMap((owner) => [
      raw("ISTIO_OUTPUT_DNS", `-p udp --dport 53 -m owner ${owner} -j CT --zone 1`),
      raw("ISTIO_OUTPUT_DNS", `-p udp --sport ${PROXY_PORTS.dns} -m owner ${owner} -j CT --zone 2`),
    ]),
    ...(servers.length === 0 ? [] : [raw("PREROUTING", "-j ISTIO_INBOUND")]),
    ...servers.map((server) => raw("ISTIO_OUTPUT_DNS", `-p udp --dport 53${server && ` -d${server}`} -j CT --zone 2`)),
    ...servers.map((server) => raw("ISTIO_INBOUND", `-p udp --sport 53${server && ` -s${server}`} -j CT --zone 1`)),
  ];
}
