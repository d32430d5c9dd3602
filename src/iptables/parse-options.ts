import { isIP } from "node:net";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { err, ok, type Result } from "../base/result.ts";
import { TPROXY_MARK } from "../base/tproxy-mark.ts";
import { type Flag, type FlagValues, readFlags } from "./flags.ts";
import type { IptablesOptions } from "./iptables-options.ts";

/** What the command is asked to do, beside the rules themselves. */
export interface IptablesCommand {
  readonly options: IptablesOptions;
  /** Print the restore text, change nothing. */
  readonly dryRun: boolean;
  /** Take away what an earlier run wrote. */
  readonly cleanup: boolean;
  /** Go on where the pod has an IPv6 address and no IPv6 rules can be written: its IPv6 traffic then escapes every policy. */
  readonly ipv6MayBypass: boolean;
}

const FLAGS: readonly Flag[] = [
  { long: "envoy-port", short: "p" },
  { long: "inbound-capture-port", short: "z" },
  { long: "inbound-tunnel-port", short: "e" },
  { long: "proxy-uid", short: "u" },
  { long: "proxy-gid", short: "g" },
  { long: "istio-inbound-interception-mode", short: "m" },
  { long: "istio-inbound-tproxy-mark", short: "t" },
  { long: "istio-inbound-tproxy-route-table", short: "r" },
  { long: "istio-inbound-ports", short: "b" },
  { long: "istio-local-exclude-ports", short: "d" },
  { long: "istio-service-cidr", short: "i" },
  { long: "istio-service-exclude-cidr", short: "x" },
  { long: "istio-outbound-ports", short: "q" },
  { long: "istio-local-outbound-ports-exclude", short: "o" },
  { long: "istio-exclude-interfaces", short: "c" },
  { long: "kube-virt-interfaces", short: "k" },
  { long: "dry-run", short: "n", switch: true },
  { long: "cleanup", switch: true },
  { long: "cleanup-only", switch: true },
  { long: "redirect-dns", switch: true },
  { long: "capture-all-dns", switch: true },
  { long: "drop-invalid", switch: true },
  { long: "dual-stack", switch: true },
  { long: "run-validation", switch: true },
  { long: "force-apply", switch: true },
  { long: "reconcile", switch: true },
  { long: "native-nftables", switch: true },
  { long: "ipv6-may-bypass", switch: true },
  { long: "log_output_level" },
];

/** Flags and environment (`ISTIO_META_DNS_CAPTURE`, `INVALID_DROP`, `FAIRLEAD_IPV6_MAY_BYPASS`) → command, or every problem found, each with what to write. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Result<IptablesCommand, readonly string[]> {
  const read = readFlags(argv, FLAGS);
  if (!read.ok) {
    return read;
  }
  const flags = read.value;
  const problems = checkFlags(flags);
  if (problems.length > 0) {
    return err(problems);
  }
  const cleanup = isOn(flags, "cleanup") || isOn(flags, "cleanup-only");
  const ipv6MayBypass = isOn(flags, "ipv6-may-bypass") || env.FAIRLEAD_IPV6_MAY_BYPASS === "true";
  return ok({ options: toOptions(flags, env), dryRun: isOn(flags, "dry-run"), cleanup, ipv6MayBypass });
}

const isOn = (flags: FlagValues, name: string): boolean => flags.get(name) === "true";

function toOptions(flags: FlagValues, env: Readonly<Record<string, string | undefined>>): IptablesOptions {
  const list = (name: string): readonly string[] => splitList(flags.get(name) ?? "");
  const number = (name: string, fallback: number): number => Number(flags.get(name) || fallback);
  const uids = list("proxy-uid");
  const gids = list("proxy-gid");
  return {
    outboundPort: number("envoy-port", PROXY_PORTS.outbound),
    inboundPort: number("inbound-capture-port", PROXY_PORTS.inbound),
    tunnelPort: number("inbound-tunnel-port", PROXY_PORTS.tunnel),
    proxyUids: uids.length > 0 ? uids : ["1337"],
    // The reference takes the user's number for the group where none is given.
    proxyGids: gids.length > 0 ? gids : uids.length > 0 ? uids : ["1337"],
    mode: flags.get("istio-inbound-interception-mode") === "TPROXY" ? "TPROXY" : "REDIRECT",
    tproxyMark: number("istio-inbound-tproxy-mark", TPROXY_MARK),
    tproxyRouteTable: number("istio-inbound-tproxy-route-table", 133),
    inboundPortsInclude: list("istio-inbound-ports"),
    inboundPortsExclude: list("istio-local-exclude-ports"),
    outboundRangesInclude: list("istio-service-cidr"),
    outboundRangesExclude: list("istio-service-exclude-cidr"),
    outboundPortsInclude: list("istio-outbound-ports"),
    outboundPortsExclude: list("istio-local-outbound-ports-exclude"),
    virtualInterfaces: list("kube-virt-interfaces"),
    excludeInterfaces: list("istio-exclude-interfaces"),
    redirectDns: isOn(flags, "redirect-dns") || env.ISTIO_META_DNS_CAPTURE === "true",
    captureAllDns: isOn(flags, "capture-all-dns"),
    dropInvalid: isOn(flags, "drop-invalid") || env.INVALID_DROP === "true",
    dualStack: isOn(flags, "dual-stack"),
  };
}

const splitList = (text: string): readonly string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

type Check = (value: string) => string | undefined;

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text);

const port: Check = (value) => (value === "" || isPort(value) ? undefined : `"${value}" is not a port; write a number from 1 to 65535`);

const each =
  (valid: (item: string) => boolean, hint: string): Check =>
  (value) => {
    const wrong = splitList(value).find((item) => !valid(item));
    return wrong === undefined ? undefined : `"${wrong}" is not allowed; write ${hint}`;
  };

// 0 is the port of no call; the reference takes it in its lists, and a rule of it captures nothing.
const ports = each((item) => item === "0" || isPort(item), "ports from 1 to 65535 with commas between them");
const portsOrAll = (value: string): string | undefined => (value === "*" ? undefined : ports(value));
const ranges = each(isRange, 'CIDRs as 10.0.0.0/8 or fd00::/8 with commas between them, "*" for all');
const ids = each(isNumber, "numeric ids with commas between them");
const interfaces = each(
  (item) => /^[^\s/,!]{1,15}$/.test(item),
  "names of network interfaces, at most 15 characters, with commas between them",
);

function isRange(item: string): boolean {
  if (item === "*") {
    return true;
  }
  const [address = "", prefix, more] = item.split("/");
  const family = isIP(address);
  return family !== 0 && more === undefined && (prefix === undefined || (isNumber(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)));
}

const mode: Check = (value) =>
  ["", "REDIRECT", "TPROXY"].includes(value) ? undefined : `"${value}" is not an interception mode; write REDIRECT or TPROXY`;
const onOrOff: Check = (value) => (value === "true" || value === "false" ? undefined : `"${value}" is neither true nor false`);
const number: Check = (value) => (value === "" || isNumber(value) ? undefined : `"${value}" is not a number; write one of decimal digits`);

const CHECKS: Readonly<Record<string, Check>> = {
  "envoy-port": port,
  "inbound-capture-port": port,
  "inbound-tunnel-port": port,
  "proxy-uid": ids,
  "proxy-gid": ids,
  "istio-inbound-interception-mode": mode,
  "istio-inbound-tproxy-mark": number,
  "istio-inbound-tproxy-route-table": number,
  "istio-inbound-ports": portsOrAll,
  "istio-local-exclude-ports": ports,
  "istio-service-cidr": ranges,
  "istio-service-exclude-cidr": ranges,
  "istio-outbound-ports": portsOrAll,
  "istio-local-outbound-ports-exclude": ports,
  "istio-exclude-interfaces": interfaces,
  "kube-virt-interfaces": interfaces,
};

function checkFlags(flags: FlagValues): readonly string[] {
  const problems: string[] = [];
  for (const [name, value] of flags) {
    const flag = FLAGS.find((candidate) => candidate.long === name);
    const problem = (CHECKS[name] ?? (flag?.switch ? onOrOff : undefined))?.(value);
    if (problem !== undefined) {
      problems.push(`${flag?.short ? `-${flag.short}` : `--${name}`}: ${problem}`);
    }
  }
  return problems;
}
