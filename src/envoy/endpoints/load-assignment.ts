import type { ClusterLoadAssignment } from "../../gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import type { MeshEndpoint } from "../../model/mesh-service.ts";

export interface LoadAssignmentInput {
  readonly clusterName: string;
  readonly endpoints: readonly MeshEndpoint[];
  /** Only endpoints that carry all of them are taken. */
  readonly subsetLabels?: Readonly<Record<string, string>>;
  /** Cluster id shown in the endpoints' workload metadata. */
  readonly clusterId?: string;
}

/** Endpoints grouped by locality, in an order that depends on the endpoints alone. */
export function buildLoadAssignment(input: LoadAssignmentInput): ClusterLoadAssignment {
  throw new Error(`not built yet: ${input.clusterName}`);
}
