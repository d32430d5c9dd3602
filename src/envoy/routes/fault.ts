import { create } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { HttpFault } from "../../api/networking/http-action.ts";
import { grpcStatus } from "../../base/grpc-status.ts";
import { type FaultDelay, FaultDelaySchema } from "../../gen/envoy/extensions/filters/common/fault/v3/fault_pb.ts";
import { type FaultAbort, FaultAbortSchema, HTTPFaultSchema } from "../../gen/envoy/extensions/filters/http/fault/v3/fault_pb.ts";
import { fractionalPercent } from "../wire/fractional-percent.ts";
import { typedConfig } from "../wire/typed-config.ts";
import { wireDuration } from "../wire/wire-duration.ts";

export const FAULT_FILTER = "envoy.filters.http.fault";

function delay(fault: HttpFault["delay"]): FaultDelay | undefined {
  const fixedDelay = wireDuration(fault?.fixedDelay);
  if (fault === undefined || fixedDelay === undefined) {
    return undefined;
  }
  // Nobody is delayed unless a share is given (Istio's documentation of Delay.percentage).
  const percentage = fractionalPercent(fault.percentage?.value ?? fault.percent ?? 0);
  return create(FaultDelaySchema, { faultDelaySecifier: { case: "fixedDelay", value: fixedDelay }, percentage });
}

function abort(fault: HttpFault["abort"]): FaultAbort | undefined {
  const percentage = fractionalPercent(fault?.percentage === undefined ? 100 : (fault.percentage.value ?? 0));
  if (fault?.httpStatus) {
    return create(FaultAbortSchema, { errorType: { case: "httpStatus", value: fault.httpStatus }, percentage });
  }
  const status = fault?.grpcStatus === undefined ? undefined : grpcStatus(fault.grpcStatus);
  return status === undefined ? undefined : create(FaultAbortSchema, { errorType: { case: "grpcStatus", value: status }, percentage });
}

/** Errors made on purpose on one route, as configuration of the fault filter; undefined where there are none. */
export function routeFault(fault: HttpFault): Any | undefined {
  const [wait, fail] = [delay(fault.delay), abort(fault.abort)];
  return wait || fail ? typedConfig(HTTPFaultSchema, { ...(wait && { delay: wait }), ...(fail && { abort: fail }) }) : undefined;
}
