import { type MeshName, WORKLOAD } from "./mesh-name.ts";
import { FLAG, INJECT, oneOf, PORT, TEXT, type ValueForm } from "./value-form.ts";

type Row = readonly [name: string, form: ValueForm];

function rows(on: readonly string[] | undefined, list: readonly Row[]): readonly MeshName[] {
  return list.map(([name, form]) => ({ name, sort: "label", on, form, isIdle: false }));
}

/** The one label of the mesh that has no prefix. */
export const NAMESPACE_LABEL = "istio-injection";

/** Every label of Istio's reference, those of ambient mode among them. */
export const MESH_LABELS: readonly MeshName[] = [
  ...rows(["Namespace"], [[NAMESPACE_LABEL, oneOf("enabled", "disabled")]]),
  ...rows([...WORKLOAD, "Namespace"], [["istio.io/dataplane-mode", oneOf("ambient", "none")]]),
  ...rows(
    [...WORKLOAD, "Service", "ServiceEntry", "Namespace"],
    [
      ["istio.io/use-waypoint", TEXT],
      ["istio.io/use-waypoint-namespace", TEXT],
    ],
  ),
  ...rows(["Service", "ServiceEntry", "Namespace"], [["istio.io/ingress-use-waypoint", FLAG]]),
  ...rows(["ServiceEntry"], [["networking.istio.io/enable-autoallocate-ip", FLAG]]),
  ...rows(["Service"], [["networking.istio.io/gatewayPort", PORT]]),
  ...rows(WORKLOAD, [
    ["networking.istio.io/tunnel", TEXT],
    ["security.istio.io/tlsMode", oneOf("istio", "disabled")],
    ["service.istio.io/canonical-name", TEXT],
    ["service.istio.io/canonical-revision", TEXT],
    ["service.istio.io/workload-name", TEXT],
    ["sidecar.istio.io/inject", INJECT],
    ["topology.istio.io/cluster", TEXT],
    ["topology.istio.io/locality", TEXT],
  ]),
  ...rows([...WORKLOAD, "Service", "Namespace", "Node"], [["topology.istio.io/network", TEXT]]),
  ...rows(["Node"], [["topology.istio.io/subzone", TEXT]]),
  // A control plane reads the revision of any object; the others are of kinds that are not looked at closely.
  ...rows(undefined, [
    ["ambient.istio.io/redirection", TEXT],
    ["istio.io/global", TEXT],
    ["istio.io/rev", TEXT],
    ["istio.io/tag", TEXT],
    ["istio.io/waypoint-for", oneOf("service", "workload", "all", "none")],
  ]),
];
