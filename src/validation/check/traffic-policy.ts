import type { PortTrafficPolicy, TrafficPolicy } from "../../api/networking/traffic-policy.ts";
import { isIp } from "../../base/address.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";
import { checkClientTls } from "./client-tls.ts";
import { checkConnectionPool } from "./connection-pool.ts";
import { checkHost } from "./host.ts";
import { checkLoadBalancer } from "./load-balancer.ts";
import { checkOutlierDetection } from "./outlier-detection.ts";
import { checkPortNumber } from "./port.ts";

type Parts = TrafficPolicy | PortTrafficPolicy;

const PARTS = ["connectionPool", "loadBalancer", "outlierDetection", "tls"] as const;
const WHOLE = [...PARTS, "tunnel", "proxyProtocol", "retryBudget"] as const;

function checkParts(policy: Parts, path: string, namespace: string): readonly Finding[] {
  const { connectionPool, loadBalancer, outlierDetection, tls } = policy;
  return [
    ...present(connectionPool, `${path}.connectionPool`, checkConnectionPool),
    ...present(loadBalancer, `${path}.loadBalancer`, (balancer, at) => checkLoadBalancer(balancer, at, outlierDetection !== undefined)),
    ...present(outlierDetection, `${path}.outlierDetection`, checkOutlierDetection),
    ...present(tls, `${path}.tls`, (settings, at) => checkClientTls(settings, at, namespace)),
  ];
}

function checkPortPolicy(policy: PortTrafficPolicy, path: string, namespace: string): readonly Finding[] {
  return [
    ...(policy.port?.number === undefined
      ? [finding("portMissing", `${path}.port`, {})]
      : checkPortNumber(policy.port.number, `${path}.port.number`)),
    ...(PARTS.every((name) => policy[name] === undefined) ? [finding("emptyObject", path, {})] : []),
    ...checkParts(policy, path, namespace),
  ];
}

/** Of several policies for one port the first is in force. */
function checkPortsApart(policies: readonly PortTrafficPolicy[], path: string): readonly Finding[] {
  const first = new Map<number, string>();
  return each(policies, path, ({ port: { number } = {} }, at) => {
    const known = number === undefined ? undefined : first.get(number);
    if (number !== undefined && known === undefined) first.set(number, at);
    return known === undefined || number === undefined
      ? []
      : [finding("portSettingsTwice", `${at}.port.number`, { port: number, first: known })];
  });
}

const checkTunnel: Check<NonNullable<TrafficPolicy["tunnel"]>> = ({ protocol, targetHost, targetPort }, path) => [
  ...(!protocol || protocol === "CONNECT" || protocol === "POST"
    ? []
    : [finding("notOneOf", `${path}.protocol`, { value: protocol, names: "CONNECT, POST" })]),
  ...(isIp(targetHost) ? [] : checkHost(targetHost, `${path}.targetHost`)),
  ...checkPortNumber(targetPort, `${path}.targetPort`),
];

/** Something is set, and each part of it can be carried out by an object of this namespace. */
export function checkTrafficPolicy(policy: TrafficPolicy, path: string, namespace: string): readonly Finding[] {
  const { portLevelSettings = [], tunnel, proxyProtocol } = policy;
  if (portLevelSettings.length === 0 && WHOLE.every((name) => policy[name] === undefined)) return [finding("emptyObject", path, {})];
  return [
    ...(tunnel && proxyProtocol ? [finding("onlyOne", path, { names: "tunnel and proxyProtocol" })] : []),
    ...checkParts(policy, path, namespace),
    ...each(portLevelSettings, `${path}.portLevelSettings`, (settings, at) => checkPortPolicy(settings, at, namespace)),
    ...checkPortsApart(portLevelSettings, `${path}.portLevelSettings`),
    ...present(tunnel, `${path}.tunnel`, checkTunnel),
  ];
}
