import type { ProxyConfig } from "../../api/mesh/proxy-config.ts";
import { durationNanos } from "../../base/duration.ts";
import { regexFault, regexSize } from "../../base/regex.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";
import { checkClientTls } from "./client-tls.ts";
import { checkDuration } from "./duration.ts";
import { checkHostPort } from "./host-port.ts";
import { checkPercent } from "./percent.ts";
import { checkPortNumber } from "./port.ts";

type Tracing = NonNullable<ProxyConfig["tracing"]>;

const SECOND = 1_000_000_000n;
const PORTS = ["proxyAdminPort", "statusPort"] as const;
const ADDRESSES = ["discoveryAddress", "zipkinAddress", "statsdUdpAddress", "envoyMetricsServiceAddress"] as const;
const SERVICES = ["envoyAccessLogService", "envoyMetricsService"] as const;
const TRACERS = ["zipkin", "lightstep", "datadog"] as const;

const checkDrain: Check<string> = (value, path) => {
  const broken = (durationNanos(value) ?? 0n) % SECOND !== 0n;
  return broken ? [finding("durationTooFine", path, { value, unit: "second" })] : checkDuration(value, path);
};

const checkTracing: Check<Tracing> = (tracing, path) => [
  ...TRACERS.flatMap((name) => present(tracing[name]?.address, `${path}.${name}.address`, checkHostPort)),
  ...(tracing.lightstep && !tracing.lightstep.accessToken
    ? [finding("missing", `${path}.lightstep.accessToken`, { hint: "the token of Lightstep" })]
    : []),
  ...present(tracing.sampling, `${path}.sampling`, checkPercent),
  ...present(tracing.tlsSettings, `${path}.tlsSettings`, (tls, at) => checkClientTls(tls, at, "")),
];

/** Envoy reads them when it starts, and one that it cannot read keeps it from starting. */
const MOST_REGEX_SIZE = 10_000;

const checkRegexes: Check<readonly string[]> = (regexes, path) => {
  const size = regexes.reduce((sum, regex) => sum + regexSize(regex), 0);
  if (size > MOST_REGEX_SIZE) return [finding("manyRegexes", path, { most: MOST_REGEX_SIZE })];
  return each(regexes, path, (value, at) => {
    const fault = regexFault(value);
    return fault === undefined ? [] : [finding("badRegex", at, { value, fault })];
  });
};

/** Settings of proxies that can be: ports, addresses, times. */
export function checkProxyConfig(config: ProxyConfig, path: string): readonly Finding[] {
  const { controlPlaneAuthPolicy } = config;
  return [
    ...PORTS.flatMap((name) => present(config[name], `${path}.${name}`, checkPortNumber)),
    ...ADDRESSES.flatMap((name) => present(config[name], `${path}.${name}`, checkHostPort)),
    ...SERVICES.flatMap((name) => present(config[name]?.address, `${path}.${name}.address`, checkHostPort)),
    ...present(config.drainDuration, `${path}.drainDuration`, checkDrain),
    ...present(config.tracing, `${path}.tracing`, checkTracing),
    ...present(config.proxyStatsMatcher?.inclusionRegexps, `${path}.proxyStatsMatcher.inclusionRegexps`, checkRegexes),
    ...(controlPlaneAuthPolicy === "INHERIT"
      ? [finding("notOneOf", `${path}.controlPlaneAuthPolicy`, { value: controlPlaneAuthPolicy, names: "NONE, MUTUAL_TLS" })]
      : []),
  ];
}
