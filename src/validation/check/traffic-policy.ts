import type { OutlierDetection, PortTrafficPolicy, TrafficPolicy } from "../../api/networking/traffic-policy.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";
import { checkClientTls } from "./client-tls.ts";
import { checkConnectionPool } from "./connection-pool.ts";
import { checkDuration } from "./duration.ts";
import { checkHost } from "./host.ts";
import { checkLoadBalancer } from "./load-balancer.ts";
import { checkPercent } from "./percent.ts";
import { checkPortNumber } from "./port.ts";

const checkOutlier: Check<OutlierDetection> = (outlier, path) => [
  ...present(outlier.interval, `${path}.interval`, checkDuration),
  ...present(outlier.baseEjectionTime, `${path}.baseEjectionTime`, checkDuration),
  ...present(outlier.maxEjectionPercent, `${path}.maxEjectionPercent`, checkPercent),
  ...present(outlier.minHealthPercent, `${path}.minHealthPercent`, checkPercent),
  ...present(outlier.consecutiveErrors, `${path}.consecutiveErrors`, (_, at) => [
    finding("deprecatedField", at, { instead: "consecutive5xxErrors or consecutiveGatewayErrors" }),
  ]),
];

function checkParts(
  { connectionPool, loadBalancer, outlierDetection, tls }: TrafficPolicy | PortTrafficPolicy,
  path: string,
): readonly Finding[] {
  return [
    ...present(connectionPool, `${path}.connectionPool`, checkConnectionPool),
    ...present(loadBalancer, `${path}.loadBalancer`, checkLoadBalancer),
    ...present(outlierDetection, `${path}.outlierDetection`, checkOutlier),
    ...present(tls, `${path}.tls`, checkClientTls),
  ];
}

const checkPortPolicy: Check<PortTrafficPolicy> = (policy, path) => [
  ...(policy.port?.number === undefined
    ? [finding("portMissing", `${path}.port`, {})]
    : checkPortNumber(policy.port.number, `${path}.port.number`)),
  ...checkParts(policy, path),
];

const checkTunnel: Check<NonNullable<TrafficPolicy["tunnel"]>> = ({ protocol, targetHost, targetPort }, path) => [
  ...(!protocol || protocol === "CONNECT" || protocol === "POST"
    ? []
    : [finding("notOneOf", `${path}.protocol`, { value: protocol, names: "CONNECT, POST" })]),
  ...checkHost(targetHost, `${path}.targetHost`),
  ...checkPortNumber(targetPort, `${path}.targetPort`),
];

/** Something is set, and each part of it can be carried out. */
export const checkTrafficPolicy: Check<TrafficPolicy> = (policy, path) => {
  if (Object.keys(policy).length === 0) return [finding("emptyObject", path, {})];
  return [
    ...checkParts(policy, path),
    ...each(policy.portLevelSettings, `${path}.portLevelSettings`, checkPortPolicy),
    ...present(policy.tunnel, `${path}.tunnel`, checkTunnel),
  ];
};
