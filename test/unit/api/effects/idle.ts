import type { UnbuiltKind } from "../../../../src/api/unbuilt/unbuilt-fields.ts";

const NO_EFFECT = "has no effect, and no warning says so";
const REFUSED = "is refused with every value that was tried";

const POLICIES = ["trafficPolicy", "subsets[].trafficPolicy"].flatMap((policy) => [policy, `${policy}.portLevelSettings[]`]);

/** The same for a field of each policy. */
function ofPolicies(field: string, verdict: string, reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(POLICIES.map((policy) => [`${policy}.${field} ${verdict}`, reason]));
}

const LISTENER_NAME = "a port of a listener has a name for people; nothing is called after it";

/** Verdicts that are right all the same, each with its reason; the test fails where one is no longer given. */
export const IDLE: { readonly [K in UnbuiltKind]?: Readonly<Record<string, string>> } = {
  VirtualService: {
    [`http[].fault.delay.exponentialDelay ${REFUSED}`]: "an error says that no proxy makes it",
    [`http[].fault.abort.http2Error ${REFUSED}`]: "an error says that no proxy makes it",
    "http[].corsPolicy.unmatchedPreflights means the same with UNSPECIFIED, FORWARD": "UNSPECIFIED is the word for what is the default",
  },
  DestinationRule: {
    ...ofPolicies(
      "loadBalancer.simple",
      "means the same with UNSPECIFIED, LEAST_CONN, LEAST_REQUEST",
      "LEAST_REQUEST is the default, LEAST_CONN its old name",
    ),
    ...ofPolicies(
      "connectionPool.http.h2UpgradePolicy",
      "means the same with DEFAULT, DO_NOT_UPGRADE",
      "DEFAULT is what the mesh configuration says, whose h2UpgradePolicy is not built",
    ),
    ...ofPolicies("outlierDetection.consecutiveErrors", NO_EFFECT, "the warning that it is deprecated says that it has no effect"),
  },
  Gateway: {
    [`servers[].port.name ${NO_EFFECT}`]: LISTENER_NAME,
    [`servers[].port.targetPort ${REFUSED}`]: "an error says that a listener has one port",
    [`servers[].name ${NO_EFFECT}`]: "a server has a name for people; nothing is called after it",
  },
  Sidecar: {
    [`egress[].port.protocol ${NO_EFFECT}`]: "what is spoken on a port is what the services of the port declare (docs/differences.md)",
    [`egress[].port.name ${NO_EFFECT}`]: LISTENER_NAME,
    [`egress[].port.targetPort ${REFUSED}`]: "an error says that a listener has one port",
  },
  WorkloadEntry: {
    [`serviceAccount ${NO_EFFECT}`]: "it decides who may connect as the workload (test/unit/xds), not what proxies are sent",
  },
  MeshConfig: {
    [`inboundTrafficPolicy.mode ${NO_EFFECT}`]: "PASSTHROUGH is the default, and a warning names LOCALHOST",
    [`defaultConfig.controlPlaneAuthPolicy ${NO_EFFECT}`]: "MUTUAL_TLS is the default, a warning names NONE, and INHERIT is refused",
  },
  PeerAuthentication: {
    [`selector.matchLabels{} ${NO_EFFECT}`]: "of the modes only PERMISSIVE is built, and it is the default",
    [`mtls.mode ${NO_EFFECT}`]: "of the modes only PERMISSIVE is built, and it is the default",
    [`portLevelMtls{}.mode ${NO_EFFECT}`]: "of the modes only PERMISSIVE is built, and it is the default",
  },
};
