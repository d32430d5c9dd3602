import { PROXY_CONFIG_ANNOTATION } from "../../api/mesh/proxy-config.ts";
import { PLACES_ALIKE } from "../../api/unbuilt/unbuilt-field.ts";
import { NO, YES } from "../../base/flag.ts";
import { type Idle, type MeshName, NO_AMBIENT, namesOf, type Row, WORKLOAD } from "./mesh-name.ts";
import {
  AMOUNT,
  CODES,
  FLAG,
  INJECT,
  INTERFACES,
  JSON_TEXT,
  LOG_LEVEL,
  NAMESPACES,
  NUMBER,
  oneOf,
  PORT,
  REGEXES,
  SCRAPE_TARGETS,
  SOME_OR_ALL_PORTS,
  SOME_OR_ALL_RANGES,
  SOME_PORTS,
  SOME_RANGES,
  TEXT,
} from "./value-form.ts";

/** For AuthorizationPolicy alone, says that it is only tried out. */
export const DRY_RUN = "istio.io/dry-run";

/** Codes of messages that `analyze` is not to tell of the object. */
export const SUPPRESS = "galley.istio.io/analyze-suppress";

function rows(on: readonly string[] | undefined, list: readonly Row[]): readonly MeshName[] {
  return namesOf("annotation", on, list);
}

const USUAL_STATISTICS: Idle = { meanwhile: "Envoy keeps the statistics of every sidecar" };
const PODS_ACCOUNTS: Idle = { meanwhile: "the service is expected to run under the service accounts of its pods" };

/** Every annotation of Istio's reference, those of ambient mode and those that Istio itself writes among them. */
export const MESH_ANNOTATIONS: readonly MeshName[] = [
  ...rows(WORKLOAD, [
    ["alpha.istio.io/identity", TEXT, { meanwhile: "the workload is known by its service account" }],
    ["ambient.istio.io/bypass-inbound-capture", FLAG, { meanwhile: NO_AMBIENT, unless: NO }],
    ["ambient.istio.io/dns-capture", FLAG, { meanwhile: NO_AMBIENT, unless: NO }],
    ["ambient.istio.io/redirection", TEXT, "record"],
    ["inject.istio.io/templates", TEXT],
    ["istio.io/reroute-virtual-interfaces", INTERFACES],
    ["istio.io/rev", TEXT],
    ["prometheus.istio.io/merge-metrics", FLAG],
    ["prometheus.istio.io/scrape-targets", SCRAPE_TARGETS],
    [PROXY_CONFIG_ANNOTATION, TEXT],
    ["proxy.istio.io/overrides", TEXT, "record"],
    ["readiness.status.sidecar.istio.io/applicationPorts", SOME_PORTS, { meanwhile: "the sidecar is ready once it is configured" }],
    ["readiness.status.sidecar.istio.io/failureThreshold", NUMBER],
    ["readiness.status.sidecar.istio.io/initialDelaySeconds", NUMBER],
    ["readiness.status.sidecar.istio.io/periodSeconds", NUMBER],
    [
      "security.istio.io/autoMTLS",
      FLAG,
      { meanwhile: "sidecars encrypt what they send each other, as the mesh configuration says", unless: YES },
    ],
    ["sidecar.istio.io/agentLogLevel", TEXT],
    ["sidecar.istio.io/bootstrapOverride", TEXT, { meanwhile: "Envoy starts as every sidecar does" }],
    ["sidecar.istio.io/capNetBindService", FLAG],
    ["sidecar.istio.io/componentLogLevel", TEXT],
    ["sidecar.istio.io/controlPlaneAuthPolicy", TEXT, { meanwhile: "the control plane is called over TLS", unless: ["MUTUAL_TLS"] }],
    ["sidecar.istio.io/discoveryAddress", TEXT],
    ["sidecar.istio.io/enableCoreDump", FLAG],
    ["sidecar.istio.io/extraStatTags", TEXT, { meanwhile: "no tag is added" }],
    ["sidecar.istio.io/inject", INJECT],
    ["sidecar.istio.io/interceptionMode", oneOf("REDIRECT", "TPROXY", "NONE")],
    ["sidecar.istio.io/logLevel", LOG_LEVEL],
    ["sidecar.istio.io/nativeSidecar", FLAG],
    ["sidecar.istio.io/proxyCPU", AMOUNT],
    ["sidecar.istio.io/proxyCPULimit", AMOUNT],
    ["sidecar.istio.io/proxyImage", TEXT],
    ["sidecar.istio.io/proxyImageType", TEXT, { meanwhile: "there is one type of image", instead: "write sidecar.istio.io/proxyImage" }],
    ["sidecar.istio.io/proxyMemory", AMOUNT],
    ["sidecar.istio.io/proxyMemoryLimit", AMOUNT],
    ["sidecar.istio.io/rewriteAppHTTPProbers", FLAG],
    ["sidecar.istio.io/statsCompression", FLAG, USUAL_STATISTICS],
    ["sidecar.istio.io/statsEvictionInterval", TEXT, USUAL_STATISTICS],
    ["sidecar.istio.io/statsHistogramBuckets", JSON_TEXT, USUAL_STATISTICS],
    ["sidecar.istio.io/statsInclusionPrefixes", TEXT],
    ["sidecar.istio.io/statsInclusionRegexps", REGEXES],
    ["sidecar.istio.io/statsInclusionSuffixes", TEXT],
    ["sidecar.istio.io/status", TEXT],
    ["sidecar.istio.io/userVolume", JSON_TEXT],
    ["sidecar.istio.io/userVolumeMount", JSON_TEXT],
    ["status.sidecar.istio.io/port", PORT],
    ["traffic.sidecar.istio.io/excludeInboundPorts", SOME_PORTS],
    ["traffic.sidecar.istio.io/excludeInterfaces", INTERFACES],
    ["traffic.sidecar.istio.io/excludeOutboundIPRanges", SOME_RANGES],
    ["traffic.sidecar.istio.io/excludeOutboundPorts", SOME_PORTS],
    ["traffic.sidecar.istio.io/includeInboundPorts", SOME_OR_ALL_PORTS],
    ["traffic.sidecar.istio.io/includeOutboundIPRanges", SOME_OR_ALL_RANGES],
    ["traffic.sidecar.istio.io/includeOutboundPorts", SOME_OR_ALL_PORTS],
    ["traffic.sidecar.istio.io/kubevirtInterfaces", INTERFACES],
  ]),
  ...rows(
    ["Service"],
    [
      ["alpha.istio.io/canonical-serviceaccounts", TEXT, PODS_ACCOUNTS],
      ["alpha.istio.io/kubernetes-serviceaccounts", TEXT, PODS_ACCOUNTS],
      ["networking.istio.io/exportTo", NAMESPACES],
      ["traffic.istio.io/nodeSelector", TEXT, { meanwhile: "no address of a node is used" }],
    ],
  ),
  ...rows(
    ["Service", "ServiceEntry", "Namespace"],
    [["networking.istio.io/traffic-distribution", TEXT, { meanwhile: PLACES_ALIKE, unless: ["Any"] }]],
  ),
  ...rows(["ServiceEntry"], [["istio.io/connect-strategy", TEXT, { meanwhile: NO_AMBIENT, unless: ["DEFAULT"] }]]),
  ...rows(
    ["Namespace"],
    [["topology.istio.io/controlPlaneClusters", TEXT, { meanwhile: "every control plane serves the namespace", unless: ["*"] }]],
  ),
  ...rows(
    ["WorkloadEntry"],
    [
      ["istio.io/autoRegistrationGroup", TEXT, "record"],
      ["istio.io/connectedAt", TEXT, "record"],
      ["istio.io/disconnectedAt", TEXT, "record"],
      ["istio.io/workloadController", TEXT, "record"],
    ],
  ),
  // Of kinds that are never looked at closely enough to say that they stand in the wrong place.
  ...rows(undefined, [
    ["ambient.istio.io/waypoint-inbound-binding", TEXT, "record"],
    ["ambient.istio.io/xfcc-include-client-identity", FLAG, "record"],
    [SUPPRESS, CODES],
    [DRY_RUN, FLAG],
    ["networking.istio.io/address-type", TEXT, "record"],
    ["networking.istio.io/cluster", TEXT, "record"],
    ["networking.istio.io/service-type", TEXT, "record"],
  ]),
];
