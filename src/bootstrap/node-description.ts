import { ANSWERS_DNS } from "../base/node-metadata.ts";
import type { ProxyPorts } from "./proxy-ports.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How the proxy presents itself: node of the bootstrap, and of the agent's own stream. Claims, not proofs. */
export interface NodeDescription {
  readonly id: string;
  readonly cluster: string;
  readonly metadata: Readonly<Record<string, JsonValue>>;
}

/** What the pod's environment and downward API say. */
export interface NodeInput {
  readonly type: "sidecar" | "router";
  readonly podName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** First address is the one in the id. */
  readonly addresses: readonly string[];
  /** `--domain`, as `NAMESPACE.svc.cluster.local`. */
  readonly domain: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly proxyConfig: Readonly<Record<string, JsonValue>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly ports: Pick<ProxyPorts, "status" | "prometheus">;
  /** The agent answers DNS queries by the names it is told. */
  readonly answersDns: boolean;
}

/** Environment variable `ISTIO_META_X` becomes metadata `X`; these are read as JSON. */
const JSON_KEYS = new Set(["LABELS", "ANNOTATIONS", "PLATFORM_METADATA"]);
const PREFIX = "ISTIO_META_";

/** Id `sidecar~IP~POD.NAMESPACE~DOMAIN`, cluster `APP.NAMESPACE`, and the metadata people's tools read. */
export function describeNode(input: NodeInput): NodeDescription {
  const app = input.labels.app ?? input.labels["app.kubernetes.io/name"] ?? input.env.ISTIO_META_WORKLOAD_NAME ?? "istio-proxy";
  return {
    id: [input.type, input.addresses[0] ?? "", `${input.podName}.${input.namespace}`, input.domain].join("~"),
    cluster: `${app}.${input.namespace}`,
    metadata: {
      ...metadataOfEnvironment(input.env),
      NAME: input.podName,
      NAMESPACE: input.namespace,
      SERVICE_ACCOUNT: input.serviceAccount,
      INSTANCE_IPS: input.addresses.join(","),
      LABELS: input.labels,
      ...(Object.keys(input.annotations).length > 0 ? { ANNOTATIONS: input.annotations } : {}),
      PROXY_CONFIG: input.proxyConfig,
      ENVOY_STATUS_PORT: input.ports.status,
      ENVOY_PROMETHEUS_PORT: input.ports.prometheus,
      ISTIO_VERSION: input.version,
      ...(input.answersDns ? { [ANSWERS_DNS]: "true" } : {}),
    },
  };
}

function metadataOfEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, JsonValue> {
  const metadata: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(env)) {
    const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
    // Whether it answers is the agent's to say, not the environment's.
    if (key !== "" && key !== ANSWERS_DNS && value !== undefined) {
      metadata[key] = JSON_KEYS.has(key) ? jsonOrText(value) : value;
    }
  }
  return metadata;
}

function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
