import { nearest } from "../base/nearest.ts";
import type { InjectionInput } from "./injection-input.ts";
import type { Pod } from "./pod.ts";

const KNOWN: readonly string[] = [
  "inject.istio.io/templates",
  "istio.io/reroute-virtual-interfaces",
  "istio.io/rev",
  "prometheus.istio.io/merge-metrics",
  "proxy.istio.io/config",
  "readiness.status.sidecar.istio.io/applicationPorts",
  "readiness.status.sidecar.istio.io/failureThreshold",
  "readiness.status.sidecar.istio.io/initialDelaySeconds",
  "readiness.status.sidecar.istio.io/periodSeconds",
  "sidecar.istio.io/agentLogLevel",
  "sidecar.istio.io/componentLogLevel",
  "sidecar.istio.io/inject",
  "sidecar.istio.io/interceptionMode",
  "sidecar.istio.io/logLevel",
  "sidecar.istio.io/nativeSidecar",
  "sidecar.istio.io/proxyCPU",
  "sidecar.istio.io/proxyCPULimit",
  "sidecar.istio.io/proxyImage",
  "sidecar.istio.io/proxyMemory",
  "sidecar.istio.io/proxyMemoryLimit",
  "sidecar.istio.io/rewriteAppHTTPProbers",
  "sidecar.istio.io/statsInclusionPrefixes",
  "sidecar.istio.io/statsInclusionRegexps",
  "sidecar.istio.io/statsInclusionSuffixes",
  "sidecar.istio.io/status",
  "sidecar.istio.io/userVolume",
  "sidecar.istio.io/userVolumeMount",
  "status.sidecar.istio.io/port",
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/excludeInterfaces",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges",
  "traffic.sidecar.istio.io/excludeOutboundPorts",
  "traffic.sidecar.istio.io/includeInboundPorts",
  "traffic.sidecar.istio.io/includeOutboundIPRanges",
  "traffic.sidecar.istio.io/includeOutboundPorts",
  "traffic.sidecar.istio.io/kubevirtInterfaces",
];

/** Prefixes under which only our own annotations live. */
const OURS = /^([a-z]+\.)*(sidecar|proxy|inject)\.istio\.io\//;

/** What kubectl shows beside a pod that was accepted. */
export function injectionWarnings(pod: Pod, input: InjectionInput): readonly string[] {
  return [...unknownAnnotations(pod), ...podSecurity(input)];
}

function unknownAnnotations({ annotations }: Pod): readonly string[] {
  return Object.keys(annotations)
    .filter((name) => OURS.test(name) && !KNOWN.includes(name))
    .map((name) => `annotation ${name} is not known and has no effect${suggestion(nearest(name, KNOWN))}`);
}

function suggestion(name: string | undefined): string {
  return name === undefined ? "" : `; did you mean ${name}?`;
}

/** Else the API server answers with a list of violations that does not say where they come from. */
function podSecurity({ namespaceLabels, namespace }: InjectionInput): readonly string[] {
  const level = namespaceLabels["pod-security.kubernetes.io/enforce"];
  if (level !== "restricted" && level !== "baseline") return [];
  return [`namespace ${namespace} enforces Pod Security "${level}", which forbids istio-init (NET_ADMIN): use level privileged there`];
}
