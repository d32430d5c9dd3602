import { CALLED_DIRECTLY, PLACES_ALIKE } from "../../api/unbuilt/unbuilt-field.ts";
import { NO } from "../../base/flag.ts";
import { type Idle, type MeshName, namesOf, type Row, WORKLOAD } from "./mesh-name.ts";
import { FLAG, INJECT, oneOf, PORT, TEXT, UNLESS_FALSE } from "./value-form.ts";

function rows(on: readonly string[] | undefined, list: readonly Row[]): readonly MeshName[] {
  return namesOf("label", on, list);
}

const NO_WAYPOINTS = "there are no waypoints, and the workload is called directly";
const ONE_NETWORK: Idle = { meanwhile: CALLED_DIRECTLY };

/** The one label of the mesh that has no prefix. */
export const NAMESPACE_LABEL = "istio-injection";

/** Every label of Istio's reference, those of ambient mode among them. */
export const MESH_LABELS: readonly MeshName[] = [
  ...rows(["Namespace"], [[NAMESPACE_LABEL, oneOf("enabled", "disabled")]]),
  ...rows([...WORKLOAD, "Namespace"], [["istio.io/dataplane-mode", oneOf("ambient", "none")]]),
  ...rows(
    [...WORKLOAD, "Service", "ServiceEntry", "Namespace"],
    [
      ["istio.io/use-waypoint", TEXT, { meanwhile: NO_WAYPOINTS, unless: ["none"] }],
      ["istio.io/use-waypoint-namespace", TEXT, { meanwhile: NO_WAYPOINTS }],
    ],
  ),
  ...rows(["Service", "ServiceEntry", "Namespace"], [["istio.io/ingress-use-waypoint", FLAG, { meanwhile: NO_WAYPOINTS, unless: NO }]]),
  ...rows(["ServiceEntry"], [["networking.istio.io/enable-autoallocate-ip", UNLESS_FALSE]]),
  ...rows(["Service"], [["networking.istio.io/gatewayPort", PORT, ONE_NETWORK]]),
  ...rows(WORKLOAD, [
    ["networking.istio.io/tunnel", TEXT, { meanwhile: "the workload is called without a tunnel" }],
    ["security.istio.io/tlsMode", oneOf("istio", "disabled")],
    ["service.istio.io/canonical-name", TEXT],
    ["service.istio.io/canonical-revision", TEXT],
    ["service.istio.io/workload-name", TEXT],
    ["sidecar.istio.io/inject", INJECT],
    ["topology.istio.io/cluster", TEXT, { meanwhile: "workloads of all clusters are alike" }],
    ["topology.istio.io/locality", TEXT, { meanwhile: PLACES_ALIKE }],
  ]),
  ...rows([...WORKLOAD, "Service", "Namespace", "Node"], [["topology.istio.io/network", TEXT, ONE_NETWORK]]),
  ...rows(["Node"], [["topology.istio.io/subzone", TEXT, { meanwhile: PLACES_ALIKE }]]),
  // A control plane reads the revision of any object; the others are of kinds that are not looked at closely.
  ...rows(undefined, [
    ["ambient.istio.io/redirection", TEXT, "record"],
    ["istio.io/global", TEXT, { meanwhile: "services of this cluster alone are known", unless: NO }],
    ["istio.io/rev", TEXT],
    ["istio.io/tag", TEXT],
    ["istio.io/waypoint-for", oneOf("service", "workload", "all", "none"), "record"],
  ]),
];
