import { REDIRECTION_CONTAINER } from "../base/proxy-containers.ts";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import type { Container, Named } from "./pod.ts";
import { proxyMetadata } from "./proxy-config.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { rootContainer } from "./root-container.ts";

/** Ports of the proxy itself, never led to it. */
const OWN_PORTS = [PROXY_PORTS.prometheus, PROXY_PORTS.status].map(String);

/** Writes the redirection before anything else of the pod runs; root with two capabilities, and gone when it is done. */
export function initContainer(settings: ProxySettings): Container {
  const { seccompProfile, privileged } = settings.input.values.global.proxy;
  return rootContainer(settings, {
    name: REDIRECTION_CONTAINER,
    add: ["NET_ADMIN", "NET_RAW"],
    privileged,
    runs: { args: redirectionArgs(settings), ...metadataEnv(settings) },
    security: Object.keys(seccompProfile).length === 0 ? {} : { seccompProfile },
  });
}

/** `ISTIO_META_DNS_CAPTURE` and the like change the rules too. */
function metadataEnv({ config }: ProxySettings): { readonly env?: readonly Named[] } {
  const env = Object.entries(proxyMetadata(config)).map(([name, value]) => ({ name, value }));
  return env.length === 0 ? {} : { env };
}

function redirectionArgs({ interception, readiness, user }: ProxySettings): readonly string[] {
  const status = readiness.statusPort === 0 ? [] : [String(readiness.statusPort)];
  const excluded = new Set([...OWN_PORTS, ...status, ...interception.excludeInboundPorts.split(",").map((port) => port.trim())]);
  return [
    "istio-iptables",
    ...["-p", String(PROXY_PORTS.outbound), "-z", String(PROXY_PORTS.inbound), "-u", String(user), "-m", interception.mode],
    ...["-i", interception.includeRanges, "-x", interception.excludeRanges],
    ...["-b", interception.includeInboundPorts, "-d", [...excluded].filter((port) => port !== "").join(",")],
    ...given("-q", interception.includeOutboundPorts),
    ...given("-o", interception.excludeOutboundPorts),
    ...given("-k", interception.rerouteInterfaces),
    ...given("-c", interception.excludeInterfaces),
  ];
}

function given(flag: string, value: string): readonly string[] {
  return value === "" ? [] : [flag, value];
}
