import type { LabelSelector } from "../base/label-selector.ts";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { fieldAt, isObject, type JsonObject } from "./json-object.ts";

/** Requests and limits, as Kubernetes writes them. */
export interface ResourceValues {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}

/** `global.proxy` of the chart. */
/** ConfigMap in which each revision's release keeps its values, under `values`. */
export const VALUES_CONFIG_MAP = "istio-sidecar-injector";

export interface ProxyValues {
  /** Name of the image below `global.hub`, or a whole reference with a slash. */
  readonly image: string;
  readonly clusterDomain: string;
  readonly logLevel: string;
  readonly componentLogLevel: string;
  readonly resources: ResourceValues;
  readonly holdApplicationUntilProxyStarts: boolean;
  readonly statusPort: number;
  readonly readinessInitialDelaySeconds: number;
  readonly readinessPeriodSeconds: number;
  readonly readinessFailureThreshold: number;
  readonly startupProbe: { readonly enabled: boolean; readonly failureThreshold: number };
  readonly includeIPRanges: string;
  readonly excludeIPRanges: string;
  readonly includeOutboundPorts: string;
  readonly excludeOutboundPorts: string;
  readonly includeInboundPorts: string;
  readonly excludeInboundPorts: string;
  readonly excludeInterfaces: string;
  /** Whether a pod of a labelled namespace is injected without asking for it. */
  readonly autoInject: "enabled" | "disabled";
  /** Whether sidecars run as root and may listen below port 1024. */
  readonly capNetBindService: boolean | string;
  /** Whether a crash of Envoy is to leave a core dump. */
  readonly enableCoreDump: boolean | string;
  readonly lifecycle: JsonObject;
  readonly seccompProfile: JsonObject;
  readonly privileged: boolean;
}

export interface GlobalValues {
  readonly hub: string;
  readonly tag: string | number;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
  readonly istioNamespace: string;
  readonly caAddress: string;
  readonly meshID: string;
  readonly network: string;
  readonly multiCluster: { readonly clusterName: string };
  readonly logging: { readonly level: string };
  readonly proxy: ProxyValues;
  readonly proxy_init: { readonly image: string };
}

export interface InjectorValues {
  readonly enableNamespacesByDefault: boolean;
  readonly rewriteAppHTTPProbe: boolean;
  readonly injectedAnnotations: Readonly<Record<string, string>>;
  readonly neverInjectSelector: readonly LabelSelector[];
  readonly alwaysInjectSelector: readonly LabelSelector[];
  /** Pod fragments by name, beside `sidecar` and `gateway`: data, or text of YAML. */
  readonly templates: Readonly<Record<string, unknown>>;
  /** Templates of pods that ask for none; without any, the sidecar's. */
  readonly defaultTemplates: readonly string[];
  /** Names that stand for several templates. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** What becomes of a pod whose sidecar another webhook, or the pod itself, has broken. */
  readonly brokenPods: "Refuse" | "Warn" | "Ignore";
}

/** The chart's values that injection reads, under the names of Istio's chart. */
export interface InjectionValues {
  readonly global: GlobalValues;
  readonly sidecarInjectorWebhook: InjectorValues;
}

const DEFAULT_VALUES: InjectionValues = {
  global: {
    hub: "localhost/fairlead",
    tag: "dev",
    imagePullPolicy: "",
    imagePullSecrets: [],
    istioNamespace: "istio-system",
    caAddress: "",
    meshID: "",
    network: "",
    multiCluster: { clusterName: "" },
    logging: { level: "default:info" },
    proxy: {
      image: "proxyv2",
      clusterDomain: "cluster.local",
      logLevel: "warning",
      componentLogLevel: "misc:error",
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "2000m", memory: "1024Mi" } },
      holdApplicationUntilProxyStarts: false,
      statusPort: PROXY_PORTS.agent,
      readinessInitialDelaySeconds: 0,
      readinessPeriodSeconds: 15,
      readinessFailureThreshold: 4,
      startupProbe: { enabled: true, failureThreshold: 600 },
      includeIPRanges: "*",
      excludeIPRanges: "",
      includeOutboundPorts: "",
      excludeOutboundPorts: "",
      includeInboundPorts: "*",
      excludeInboundPorts: "",
      excludeInterfaces: "",
      autoInject: "enabled",
      capNetBindService: false,
      enableCoreDump: false,
      lifecycle: {},
      seccompProfile: {},
      privileged: false,
    },
    proxy_init: { image: "proxyv2" },
  },
  sidecarInjectorWebhook: {
    enableNamespacesByDefault: false,
    rewriteAppHTTPProbe: true,
    injectedAnnotations: {},
    neverInjectSelector: [],
    alwaysInjectSelector: [],
    templates: {},
    defaultTemplates: [],
    aliases: {},
    brokenPods: "Refuse",
  },
};

/** Maps whose keys are the user's own, and all below them. */
const FREE: ReadonlySet<string> = new Set(["resources"]);

/**
 * The chart's defaults under what the user gave. `raw` is the user's values, as helm would read them; what has another shape than the
 * default ({@link valuesProblem} names it) leaves the default in force.
 */
export function injectionValues(raw: unknown): InjectionValues {
  return overlay(DEFAULT_VALUES, raw) as InjectionValues;
}

/** The first value that is a map, a list or neither where the chart has another of the three; undefined where all fit. */
export function valuesProblem(raw: unknown): string | undefined {
  return raw === undefined || raw === null ? undefined : misshapen(DEFAULT_VALUES, raw, "");
}

function misshapen(base: unknown, over: unknown, path: string): string | undefined {
  if (over === undefined || over === null) return undefined;
  if (shapeOf(base) !== shapeOf(over)) return `${path || "the values"} must be ${shapeOf(base)}`;
  if (!isObject(base)) return undefined;
  const below = Object.keys(base).map((key) => misshapen(base[key], fieldAt(over, key), path === "" ? key : `${path}.${key}`));
  return below.find((problem) => problem !== undefined);
}

function shapeOf(value: unknown): "a map" | "a list" | "one value" {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "a map" : "one value";
}

/**
 * As helm does it: maps are merged, anything else is replaced. Null removes what stands in a map whose keys are the user's, such as
 * `resources.limits`; a setting that is null has its default.
 */
function overlay(base: unknown, over: unknown, free = false): unknown {
  if (over === undefined) return base;
  if (over === null) return free ? {} : base;
  if (base !== undefined && shapeOf(base) !== shapeOf(over)) return base;
  if (!isObject(base) || !isObject(over)) return over;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])].filter((key) => !(free && fieldAt(over, key) === null));
  return Object.fromEntries(keys.map((key) => [key, overlay(fieldAt(base, key), fieldAt(over, key), free || FREE.has(key))]));
}
