import type { OutlierDetection } from "../../api/networking/traffic-policy.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, present } from "../each.ts";
import { deprecated } from "./deprecated.ts";
import { checkDuration } from "./duration.ts";
import { checkPercent } from "./percent.ts";

/** Times and shares that can be, and counts that are looked at. */
export const checkOutlierDetection: Check<OutlierDetection> = (outlier, path) => {
  const { splitExternalLocalOriginErrors, consecutiveLocalOriginFailures = 0 } = outlier;
  const uncounted = consecutiveLocalOriginFailures > 0 && !splitExternalLocalOriginErrors;
  return [
    ...present(outlier.interval, `${path}.interval`, checkDuration),
    ...present(outlier.baseEjectionTime, `${path}.baseEjectionTime`, checkDuration),
    ...present(outlier.maxEjectionPercent, `${path}.maxEjectionPercent`, checkPercent),
    ...present(outlier.minHealthPercent, `${path}.minHealthPercent`, checkPercent),
    ...(uncounted ? [finding("localFailures", `${path}.consecutiveLocalOriginFailures`, {})] : []),
    ...present(outlier.consecutiveErrors, `${path}.consecutiveErrors`, (_, at) => [
      deprecated(at, { instead: "consecutive5xxErrors or consecutiveGatewayErrors", isIdle: true }),
    ]),
  ];
};
