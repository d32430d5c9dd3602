import { isHttp, PROTOCOL_NAMES, protocolNamed } from "../../base/protocol.ts";
import type { OwnKind } from "../kinds.ts";
import { CALLED_DIRECTLY, PLACES_ALIKE, type UnbuiltField, unbuilt } from "./unbuilt-field.ts";

const POLICIES = ["trafficPolicy", "subsets[].trafficPolicy"];

/** A part of a policy that stands for the service and for a subset. */
const ofServices = (part: string) => POLICIES.map((policy) => `${policy}.${part}`);

/** A part of a policy that stands for the service, for a subset, and for a port of either. */
const ofPorts = (part: string) => POLICIES.flatMap((policy) => [`${policy}.${part}`, `${policy}.portLevelSettings[].${part}`]);

/** Of gateway ports only those that carry HTTP are opened. */
const GATEWAY_PROTOCOLS = PROTOCOL_NAMES.filter((name) => !isHttp(protocolNamed(name)));

const REACHABLE = "write an address that its callers reach";
const BY_WEIGHT = "write weights of endpoints, where a ServiceEntry lists them";
const SYSTEM_ROOTS = "the server is checked against the authorities of the system";
const NO_ENTRY = "no WorkloadEntry is made from the group";
const OWN_ENTRIES = "write a WorkloadEntry for each workload";

/** Conditions on a token's claims, which are written as if they were headers. */
export const CLAIM_HEADERS: UnbuiltField = {
  ...unbuilt(["http[].match[].headers", "http[].match[].withoutHeaders"], "the claim counts as a header that is never there"),
  only: "@request.auth.claims…",
};

/** Namespaces that a Sidecar's list takes away again. */
export const EXCLUDED_NAMESPACES: UnbuiltField = {
  ...unbuilt("egress[].hosts[]", "nothing is taken away", "list the namespaces that are wanted"),
  only: "~NAMESPACE/…",
};

/** What keeps a gateway from opening a port at all. */
const CLOSED_SERVERS: UnbuiltField = {
  ...unbuilt(
    ["servers[].tls", ...GATEWAY_PROTOCOLS.map((protocol) => `servers[].port.protocol=${protocol}`)],
    "the server is left out: its port is not opened for it",
  ),
  oncePer: "servers[]",
};

/** Fields of Istio's networking API that are stored but not carried out yet. */
export const UNBUILT_NETWORKING_FIELDS: { readonly [K in Exclude<OwnKind, "PeerAuthentication">]: readonly UnbuiltField[] } = {
  ServiceEntry: [
    unbuilt("resolution=DYNAMIC_DNS", "calls go to the address that the caller resolved, as with NONE"),
    unbuilt("endpoints[].network", CALLED_DIRECTLY, REACHABLE),
    unbuilt("endpoints[].serviceAccount", "the endpoint may show the certificate of any workload of the mesh", "write subjectAltNames"),
  ],
  VirtualService: [
    unbuilt("http[].delegate", "the rule is left out, and the ones after it are tried", "write the delegate's rules in its place"),
    unbuilt("http[].retries.retryRemoteLocalities", "retries go to endpoints of all places alike"),
    unbuilt("tcp[].match[].sourceSubnet", "callers of all addresses match", "write sourceLabels or sourceNamespace"),
    CLAIM_HEADERS,
  ],
  DestinationRule: [
    unbuilt("workloadSelector", "the rule is for all callers in the namespaces of exportTo", "write exportTo"),
    unbuilt(ofServices("tunnel"), "connections are made without a tunnel"),
    unbuilt(ofServices("proxyProtocol"), "connections begin without the caller's address"),
    unbuilt(ofServices("retryBudget"), "retries are limited by number alone", "write connectionPool.http.maxRetries"),
    unbuilt(ofPorts("loadBalancer.localityLbSetting"), PLACES_ALIKE, BY_WEIGHT),
    unbuilt(ofPorts("loadBalancer.zoneAwareLbSetting"), PLACES_ALIKE, BY_WEIGHT),
    unbuilt(ofPorts("loadBalancer.backendUtilization"), "endpoints are chosen as with LEAST_REQUEST, whatever load they report"),
    unbuilt(ofPorts("connectionPool.tcp.idleTimeout"), "TCP connections are closed after an hour without traffic"),
    unbuilt(ofPorts("outlierDetection.outlierDetectionHttpErrorCodes"), "answers of 500 and above are the ones that count"),
    unbuilt(ofPorts("outlierDetection.failurePercentageThreshold"), "only failures in a row count", "write consecutive5xxErrors"),
    unbuilt(ofPorts("tls.caCertCredentialName"), SYSTEM_ROOTS, "write caCertificates"),
    unbuilt(
      ofPorts("tls.credentialName"),
      `no certificate is shown, and ${SYSTEM_ROOTS}`,
      "write clientCertificate, privateKey, caCertificates",
    ),
  ],
  Gateway: [
    unbuilt("servers[].bind", "the gateway listens on all addresses"),
    unbuilt("servers[].defaultEndpoint", "traffic goes where VirtualServices say", "write a VirtualService for the hosts"),
    CLOSED_SERVERS,
  ],
  Sidecar: [
    unbuilt("ingress", "traffic comes in on the ports of the Services that choose the workload", "write a Service"),
    unbuilt("inboundConnectionPool", "traffic comes in without limits"),
    unbuilt("egress[].bind", "calls are taken at the addresses of the services"),
    unbuilt("egress[].captureMode", "traffic is redirected as the pod says", "write the annotation sidecar.istio.io/interceptionMode"),
    unbuilt("outboundTrafficPolicy.egressProxy", "unknown destinations are called directly", "write a VirtualService for each host"),
    EXCLUDED_NAMESPACES,
  ],
  WorkloadEntry: [unbuilt("network", CALLED_DIRECTLY, REACHABLE)],
  WorkloadGroup: [
    unbuilt(["metadata", "template"], NO_ENTRY, OWN_ENTRIES),
    unbuilt("probe", "nobody asks the application whether it is ready"),
  ],
};
