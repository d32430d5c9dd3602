/** A kind of Istio that users may have, and that fairlead does not carry out. */
export interface UnenforcedKind {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  /** What that means for who relies on it, as the end of a sentence. */
  readonly meaning: string;
  /** What to do instead. */
  readonly instead: string;
}

/**
 * Kinds of Istio that have no effect here. Those of Kubernetes' Gateway API are not among them: which program carries one out is said
 * by its class, and may be another one that is there.
 */
export const UNENFORCED_KINDS: readonly UnenforcedKind[] = [
  {
    kind: "AuthorizationPolicy",
    group: "security.istio.io",
    plural: "authorizationpolicies",
    meaning: "requests that it would deny are let through",
    instead: "deny them in the application, or by a NetworkPolicy, before this workload relies on fairlead",
  },
  {
    kind: "RequestAuthentication",
    group: "security.istio.io",
    plural: "requestauthentications",
    meaning: "tokens of requests are not checked, and requests with a forged or expired one are let through",
    instead: "check tokens in the application before this workload relies on fairlead",
  },
  {
    kind: "EnvoyFilter",
    group: "networking.istio.io",
    plural: "envoyfilters",
    meaning: "what it puts into, changes or takes out of Envoy's configuration is not done",
    instead: "write it with the fields of VirtualService, DestinationRule or the mesh configuration, where they have one",
  },
  {
    kind: "Telemetry",
    group: "telemetry.istio.io",
    plural: "telemetries",
    meaning: "access logs, metrics and traces are those of the mesh configuration alone",
    instead: "set accessLogFile and its format in the mesh configuration",
  },
  {
    kind: "WasmPlugin",
    group: "extensions.istio.io",
    plural: "wasmplugins",
    meaning: "its extension runs in no proxy, and what it would check, refuse or change passes as it is",
    instead: "do in the application what the extension does, before this workload relies on fairlead",
  },
  {
    kind: "ProxyConfig",
    group: "networking.istio.io",
    plural: "proxyconfigs",
    meaning: "proxies run with the settings of the mesh configuration and of their pods alone",
    instead: "write the settings into defaultConfig of the mesh configuration, or the pods' annotation proxy.istio.io/config",
  },
];

/** The kind that an object's apiVersion, in whatever version, and kind name; absent where it is none of these. */
export function findUnenforcedKind(apiVersion: string, kind: string): UnenforcedKind | undefined {
  return UNENFORCED_KINDS.find((one) => one.kind === kind && apiVersion.startsWith(`${one.group}/`));
}
