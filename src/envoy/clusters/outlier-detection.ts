import { create } from "@bufbuild/protobuf";
import type { OutlierDetection as OutlierPolicy } from "../../api/networking/traffic-policy.ts";
import { type OutlierDetection, OutlierDetectionSchema } from "../../gen/envoy/config/cluster/v3/outlier_detection_pb.ts";
import { wireDuration } from "../wire/wire-duration.ts";

/** A count of 0 switches the test off. */
const enforced = (count: number): number => (count > 0 ? 100 : 0);

function counts(policy: OutlierPolicy) {
  const { consecutive5xxErrors: errors, consecutiveGatewayErrors: gateway, consecutiveLocalOriginFailures: local } = policy;
  return {
    ...(errors !== undefined && { consecutive5xx: errors, enforcingConsecutive5xx: enforced(errors) }),
    ...(gateway !== undefined && { consecutiveGatewayFailure: gateway, enforcingConsecutiveGatewayFailure: enforced(gateway) }),
    ...(policy.splitExternalLocalOriginErrors && {
      splitExternalLocalOriginErrors: true,
      enforcingLocalOriginSuccessRate: 0,
      ...(local && { consecutiveLocalOriginFailure: local, enforcingConsecutiveLocalOriginFailure: 100 }),
    }),
  };
}

/** Ejection by counting only: Envoy's statistical test (success rate) is never what the API asks for. */
export function outlierDetection(policy: OutlierPolicy): OutlierDetection {
  const interval = wireDuration(policy.interval);
  const baseEjectionTime = wireDuration(policy.baseEjectionTime);
  return create(OutlierDetectionSchema, {
    enforcingSuccessRate: 0,
    ...counts(policy),
    ...(interval && { interval }),
    ...(baseEjectionTime && { baseEjectionTime }),
    ...(policy.maxEjectionPercent && { maxEjectionPercent: policy.maxEjectionPercent }),
  });
}
