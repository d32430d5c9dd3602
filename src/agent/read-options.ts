import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { err, ok, type Result } from "../base/result.ts";
import { METRICS_PATH, type ScrapeTarget } from "../base/scrape-targets.ts";
import { describeNode, type NodeDescription } from "../bootstrap/node-description.ts";
import { DEFAULT_PORTS, type ProxyPorts } from "../bootstrap/proxy-ports.ts";
import type { Family } from "../iptables/iptables-options.ts";
import type { AgentOptions, AgentPaths, AppOptions, AppProbe, EnvoyOptions, TerminationOptions } from "./agent-options.ts";
import { ACTIVE, TAKEN } from "./envoy-admin.ts";
import { readPodFile } from "./pod-file.ts";
import { type ProxyFlags, readProxyFlags } from "./proxy-flags.ts";
import {
  durationSetting,
  listSetting,
  mapSetting,
  numberSetting,
  type ProxySettings,
  readProxySettings,
  textSetting,
} from "./proxy-settings.ts";
import { nameServers } from "./resolv-conf.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What the command line and the environment ask for, and what of it was not understood. */
export interface ReadOptions {
  readonly options: AgentOptions;
  readonly warnings: readonly string[];
}

const CONTROLLER = "fairlead.istio-system.svc:15012";

/** `proxy sidecar|router FLAGS` and the environment the injector writes → options; the error says what to write instead. */
export function readOptions(argv: readonly string[], env: Env, version: string): Result<ReadOptions, string> {
  const flags = readProxyFlags(argv);
  if (!flags.ok) return flags;
  const read = readProxySettings(env["PROXY_CONFIG"] ?? "");
  if (!read.ok) return read;
  const probes = readJson<Record<string, AppProbe>>(env, "ISTIO_KUBE_APP_PROBERS");
  const scrape = readJson<Scrape>(env, "ISTIO_PROMETHEUS_ANNOTATIONS");
  if (!probes.ok) return probes;
  if (!scrape.ok) return scrape;
  const source: Source = { flags: flags.value, settings: read.value, env: { ...mapSetting(read.value, "proxyMetadata"), ...env } };
  const options = assemble(source, version, appOptions(source, probes.value, scrape.value));
  return ok({ options, warnings: [...flags.value.warnings, ...ownTargets(source, scrape.value)] });
}

interface Source {
  readonly flags: ProxyFlags;
  readonly settings: ProxySettings;
  readonly env: Env;
}

function assemble(source: Source, version: string, app: AppOptions): AgentOptions {
  const { flags, settings, env } = source;
  const discoveryAddress = textSetting(settings, "discoveryAddress") ?? CONTROLLER;
  const namespace = env["POD_NAMESPACE"] || "default";
  const serviceAccount = env["SERVICE_ACCOUNT"] || "default";
  return {
    role: flags.role,
    node: node(source, version),
    identity: { trustDomain: env["TRUST_DOMAIN"] || "cluster.local", namespace, serviceAccount },
    discoveryAddress,
    caAddress: env["CA_ADDR"] || discoveryAddress,
    certificateSeconds: (durationSetting({ ttl: env["SECRET_TTL"] ?? "" }, "ttl") ?? 24 * 3_600_000) / 1000,
    ports: ports(source),
    paths: paths(source),
    envoy: envoyOptions(source),
    termination: termination(source),
    app,
    capture: capture(source),
    ...(answersDns(source) && { dnsServers: nameServers() }),
    logLevel: agentLogLevel(flags.agentLogLevel),
  };
}

function node({ flags, settings, env }: Source, version: string): NodeDescription {
  const namespace = env["POD_NAMESPACE"] || "default";
  const info = env["FAIRLEAD_PODINFO_DIR"] || "/etc/istio/pod";
  return describeNode({
    type: flags.role,
    podName: env["POD_NAME"] || hostname(),
    namespace,
    serviceAccount: env["SERVICE_ACCOUNT"] || "default",
    addresses: addresses(env),
    domain: flags.domain || `${namespace}.svc.cluster.local`,
    labels: readPodFile(join(info, "labels")),
    annotations: readPodFile(join(info, "annotations")),
    proxyConfig: settings,
    env,
    version,
    ports: ports({ flags, settings, env }),
    answersDns: answersDns({ flags, settings, env }),
  });
}

/** The address that Kubernetes gave first, then every other that is reachable from outside the pod. */
function addresses(env: Env): readonly string[] {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = own.filter((address) => !address.internal && !address.address.startsWith("fe80:")).map((address) => address.address);
  const told = env["INSTANCE_IP"] ? [env["INSTANCE_IP"]] : [];
  const all = [...new Set([...told, ...outer])];
  return all.length > 0 ? all : ["127.0.0.1"];
}

function ports({ settings, env }: Source): ProxyPorts {
  const own = (name: string, fallback: number): number => Number(env[name] || fallback);
  return {
    admin: numberSetting(settings, "proxyAdminPort") ?? DEFAULT_PORTS.admin,
    agent: own("FAIRLEAD_AGENT_PORT", numberSetting(settings, "statusPort") ?? DEFAULT_PORTS.agent),
    status: own("ENVOY_STATUS_PORT", DEFAULT_PORTS.status),
    prometheus: own("ENVOY_PROMETHEUS_PORT", DEFAULT_PORTS.prometheus),
  };
}

function paths({ settings, env }: Source): AgentPaths {
  const config = textSetting(settings, "configPath")?.replace(/^\.\//, "/") ?? "/etc/istio/proxy";
  return {
    config,
    data: env["FAIRLEAD_DATA_DIR"] || "/var/lib/istio/data",
    xdsSocket: join(config, "XDS"),
    sdsSocket: env["FAIRLEAD_SDS_SOCKET"] || "/var/run/secrets/workload-spiffe-uds/socket",
    rootCert: env["CA_ROOT_CA"] || env["XDS_ROOT_CA"] || "/var/run/secrets/istio/root-cert.pem",
    token: env["FAIRLEAD_TOKEN_FILE"] || "/var/run/secrets/tokens/istio-token",
    envoy: textSetting(settings, "binaryPath") ?? "/usr/local/bin/envoy",
  };
}

function envoyOptions({ flags, settings, env }: Source): EnvoyOptions {
  const all = addresses(env);
  return {
    logLevel: flags.envoyLogLevel,
    componentLogLevel: flags.envoyComponentLogLevel,
    concurrency: concurrency(flags.concurrency ?? numberSetting(settings, "concurrency"), env),
    drainSeconds: Math.max(1, Math.round((durationSetting(settings, "drainDuration") ?? 45_000) / 1000)),
    ipv6Only: all.every((address) => address.includes(":")),
    stats: {
      prefixes: listSetting(settings, "proxyStatsMatcher", "inclusionPrefixes"),
      suffixes: [
        ...listSetting(settings, "proxyStatsMatcher", "inclusionSuffixes"),
        ...neededStatistics(termination({ flags, settings, env })),
      ],
      regexps: listSetting(settings, "proxyStatsMatcher", "inclusionRegexps"),
    },
    runtime: mapSetting(settings, "runtimeValues"),
  };
}

/** What the end of the pod is decided by. */
const neededStatistics = ({ untilIdle, afterApp }: TerminationOptions): readonly string[] => [
  ...(untilIdle ? [ACTIVE] : []),
  ...(afterApp ? [TAKEN] : []),
];

/** What was asked for; 0 is one thread a CPU; unset follows the container's CPU limit, rounded up. */
function concurrency(asked: number | undefined, env: Env): number | undefined {
  if (asked !== undefined) return asked === 0 ? undefined : asked;
  const limit = Math.ceil(Number(env["ISTIO_CPU_LIMIT"] ?? ""));
  return limit >= 1 ? limit : 2;
}

function termination({ settings, env }: Source): TerminationOptions {
  return {
    drainMs: durationSetting(settings, "terminationDrainDuration") ?? 5000,
    untilIdle: env["EXIT_ON_ZERO_ACTIVE_CONNECTIONS"] === "true",
    minimumMs: durationSetting({ minimum: env["MINIMUM_DRAIN_DURATION"] ?? "" }, "minimum") ?? 5000,
    afterApp: env["FAIRLEAD_WAIT_FOR_APP"] === "true",
    withApp: env["FAIRLEAD_END_WITH_APP"] === "true",
  };
}

function appOptions(source: Source, probes: Record<string, AppProbe>, scrape: Scrape): AppOptions {
  const { env } = source;
  const local = env["REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION"] === "true";
  const own = addresses(env)[0] ?? "127.0.0.1";
  const agentPorts = ownPorts(source);
  return {
    probes,
    agentPorts,
    host: local ? loopbackOf(own) : own,
    metrics: scrapeTargets(scrape).filter(({ port }) => !agentPorts.includes(port)),
  };
}

function ownPorts(source: Source): readonly number[] {
  const { agent } = ports(source);
  return [...new Set([agent, Number(source.env["FAIRLEAD_PROBE_PORT"]) || agent])];
}

/** The agent asked for metrics by itself would ask itself again, and never end. */
function ownTargets(source: Source, scrape: Scrape): readonly string[] {
  const own = scrapeTargets(scrape).filter(({ port }) => ownPorts(source).includes(port));
  return own.map(
    ({ port }) => `ISTIO_PROMETHEUS_ANNOTATIONS: port ${port} is the agent's own and is left out; name the ports of the app's containers`,
  );
}

/** What the injector read from the pod's annotations: several places, or one. */
interface Scrape {
  readonly scrape?: string;
  readonly port?: string;
  readonly path?: string;
  readonly targets?: readonly ScrapeTarget[];
}

function scrapeTargets({ scrape, port, path, targets = [] }: Scrape): readonly ScrapeTarget[] {
  if (targets.length > 0) return targets;
  return scrape === "true" ? [{ port: Number(port || 80), path: path || METRICS_PATH }] : [];
}

const loopbackOf = (address: string): string => (address.includes(":") ? "::1" : "127.0.0.1");

/** The injector says that calls are led through the sidecar. */
const isRedirected = ({ flags, env }: Source): boolean =>
  flags.role === "sidecar" && ["REDIRECT", "TPROXY"].includes(env["ISTIO_META_INTERCEPTION_MODE"] ?? "");

/** Where nothing is redirected, no query comes either. */
const answersDns = (source: Source): boolean => isRedirected(source) && source.env["ISTIO_META_DNS_CAPTURE"] === "true";

/** Where calls are said to be led through the sidecar, they are to be. */
function capture(source: Source): readonly Family[] {
  if (!isRedirected(source)) return [];
  const { env } = source;
  const ipv6 = addresses(env).some((address) => address.includes(":")) && env["FAIRLEAD_IPV6_MAY_BYPASS"] !== "true";
  return ipv6 ? ["v4", "v6"] : ["v4"];
}

function readJson<T extends object>(env: Env, name: string): Result<T, string> {
  try {
    return ok(JSON.parse(env[name] || "{}") as T);
  } catch {
    return err(`${name} is not JSON; the injector writes it, and nothing else should`);
  }
}

/** `default:info,other:debug` as in the reference; only the default scope exists here. */
function agentLogLevel(text: string): string {
  const level = /(?:^|,)(?:default:)?(debug|info|warn|error|none)\b/.exec(text)?.[1] ?? "info";
  return level === "none" ? "silent" : level;
}
