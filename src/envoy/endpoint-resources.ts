import { ClusterLoadAssignmentSchema } from "../gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import { destinationRulesOf } from "../scope/destination-rule.ts";
import { portRef } from "../scope/port-ref.ts";
import type { View } from "../scope/proxy-view.ts";
import { reachableHost } from "../scope/reachable-hosts.ts";
import { serviceEndpoints } from "../scope/service-endpoints.ts";
import { hostArg } from "../scope/visible-services.ts";
import { encode, sameResource } from "./encode.ts";
import { buildLoadAssignment } from "./endpoints/load-assignment.ts";

interface AssignmentParts {
  readonly clusterName: string;
  /** See `portRef`. */
  readonly ref: string;
  readonly subsetLabels?: Readonly<Record<string, string>>;
}

const builtAssignment: Query<EncodedResource | undefined> = {
  name: "endpoints",
  compute(reader, arg) {
    const { ref, ...parts } = JSON.parse(arg) as AssignmentParts;
    const assignment = buildLoadAssignment({ ...parts, endpoints: reader.get(serviceEndpoints, ref) });
    return encode("endpoint", parts.clusterName, ClusterLoadAssignmentSchema, assignment);
  },
  equal: sameResource,
  recover: () => undefined,
};

/**
 * Endpoints of the cluster of that name. None where the host is gone, nor where it is found by name: a proxy that had it by addresses still
 * asks here until it has the new cluster, and would refuse a name, and with it all endpoints of the same answer.
 */
export function endpointResource(reader: Reader, view: View, clusterName: string): EncodedResource | undefined {
  const [direction, number, subset, host] = clusterName.split("|");
  if (direction !== "outbound" || host === undefined) {
    return undefined;
  }
  const at = reader.get(reachableHost, hostArg(view.scope, host)).find((visible) => visible.port.number === Number(number));
  const rules = reader.get(destinationRulesOf, hostArg(view.scope, host));
  const declared = rules.subsets.find((s) => s.name === subset);
  if (at?.service.resolution !== "STATIC" || (subset !== "" && declared === undefined)) {
    return undefined;
  }
  const labels = declared === undefined ? {} : { subsetLabels: declared.labels ?? {} };
  const parts: AssignmentParts = { clusterName, ref: portRef(at), ...labels };
  return reader.get(builtAssignment, JSON.stringify(parts));
}
