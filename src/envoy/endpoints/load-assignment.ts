import { create } from "@bufbuild/protobuf";
import { compareTexts } from "../../base/text-order.ts";
import type { Locality } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { LocalitySchema, type Metadata, MetadataSchema } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { HealthStatus } from "../../gen/envoy/config/core/v3/health_check_pb.ts";
import { type LbEndpoint, LbEndpointSchema } from "../../gen/envoy/config/endpoint/v3/endpoint_components_pb.ts";
import { type ClusterLoadAssignment, ClusterLoadAssignmentSchema } from "../../gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import type { MeshEndpoint } from "../../model/mesh-service.ts";
import { scaledWeights } from "../wire/scaled-weights.ts";
import { wireAddress } from "../wire/wire-address.ts";

export interface LoadAssignmentInput {
  readonly clusterName: string;
  readonly endpoints: readonly MeshEndpoint[];
  /** Only endpoints that carry all of them are taken. */
  readonly subsetLabels?: Readonly<Record<string, string>>;
  /** Name of the Kubernetes cluster, shown in the endpoints' workload metadata; default `Kubernetes`. */
  readonly clusterId?: string;
}

function firstLabel(labels: MeshEndpoint["labels"], names: readonly string[]): string | undefined {
  return names.map((name) => labels[name]).find((value) => value !== undefined);
}

/** `workload;namespace;canonical name;canonical revision;cluster`. */
function workloadText({ labels, workload }: MeshEndpoint, clusterId: string): string {
  const name = workload?.name ?? "";
  const canonical = firstLabel(labels, ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"]) ?? name;
  const revision = firstLabel(labels, ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"]) ?? "";
  return [name, workload?.namespace ?? "", canonical, revision, clusterId].join(";");
}

function metadata(endpoint: MeshEndpoint, clusterId: string): Metadata | undefined {
  if (endpoint.workload === undefined && !endpoint.mutualTls) {
    return undefined;
  }
  return create(MetadataSchema, {
    filterMetadata: {
      ...(endpoint.mutualTls && { "envoy.transport_socket_match": { tlsMode: "istio" } }),
      ...(endpoint.workload && { istio: { workload: workloadText(endpoint, clusterId) } }),
    },
  });
}

interface Weighted {
  readonly endpoint: MeshEndpoint;
  readonly weight: number;
}

function weighted(endpoints: readonly MeshEndpoint[]): readonly Weighted[] {
  const weights = scaledWeights(endpoints.map(({ weight }) => Math.max(1, weight)));
  return endpoints.map((endpoint, i) => ({ endpoint, weight: weights[i] ?? 1 }));
}

function lbEndpoint({ endpoint, weight }: Weighted, clusterId: string): LbEndpoint {
  const shown = metadata(endpoint, clusterId);
  return create(LbEndpointSchema, {
    hostIdentifier: { case: "endpoint", value: { address: wireAddress(endpoint.address, endpoint.port) } },
    healthStatus: endpoint.healthy ? HealthStatus.UNKNOWN : HealthStatus.UNHEALTHY,
    loadBalancingWeight: weight,
    ...(shown && { metadata: shown }),
  });
}

function locality(text: string): Locality | undefined {
  const [region = "", zone = "", ...rest] = text.split("/");
  return text === "" ? undefined : create(LocalitySchema, { region, zone, subZone: rest.join("/") });
}

const byAddress = ({ endpoint: a }: Weighted, { endpoint: b }: Weighted): number => compareTexts(a.address, b.address) || a.port - b.port;

/** True where an endpoint belongs to the subset of these labels. */
export function carries(endpoint: MeshEndpoint, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => endpoint.labels[name] === value);
}

/** Endpoints grouped by locality, in an order that depends on the endpoints alone. */
export function buildLoadAssignment(input: LoadAssignmentInput): ClusterLoadAssignment {
  const clusterId = input.clusterId ?? "Kubernetes";
  const taken = input.endpoints.filter((endpoint) => carries(endpoint, input.subsetLabels ?? {}));
  const groups = Object.entries(Object.groupBy(weighted(taken), ({ endpoint }) => endpoint.locality)).sort(([a], [b]) =>
    compareTexts(a, b),
  );
  return create(ClusterLoadAssignmentSchema, {
    clusterName: input.clusterName,
    endpoints: groups.map(([place, members = []]) => {
      const where = locality(place);
      return {
        ...(where && { locality: where }),
        lbEndpoints: [...members].sort(byAddress).map((member) => lbEndpoint(member, clusterId)),
        loadBalancingWeight: members.reduce((sum, { weight }) => sum + weight, 0),
      };
    }),
  });
}
