import { fixedByRemoval } from "../../api/fix.ts";
import type { ServiceEntrySpec } from "../../api/networking/service-entry.ts";
import { isWildcard } from "../../base/hostname.ts";
import { isHttp, isTls, type Protocol, protocolNamed } from "../../base/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

type Judge = (spec: ServiceEntrySpec) => readonly Finding[];

const none: Judge = ({ endpoints, ports }) => [
  ...(endpoints !== undefined ? [finding("endpointsWithNone", "spec.endpoints", {})] : []),
  ...each(ports, "spec.ports", (port, path) =>
    port.targetPort !== undefined && port.targetPort !== port.number
      ? [fixedByRemoval(finding("targetPortUnused", `${path}.targetPort`, {}))]
      : [],
  ),
];

const fixed: Judge = ({ endpoints = [], workloadSelector }) =>
  endpoints.length === 0 && !workloadSelector ? [finding("staticNeedsEndpoints", "spec.endpoints", {})] : [];

const dns: Judge = ({ endpoints = [], hosts }) => {
  if (endpoints.length > 0) return [];
  return each(hosts, "spec.hosts", (value, path) => (isWildcard(value) ? [finding("dnsNeedsName", path, { value })] : []));
};

const roundRobin: Judge = (spec) => {
  const count = spec.endpoints?.length ?? 0;
  return [...dns(spec), ...(count > 1 ? [finding("roundRobinOneEndpoint", "spec.endpoints", { count })] : [])];
};

/** What the caller says tells which name it means. */
const isNamed = (protocol: Protocol | undefined): boolean => isHttp(protocol) || isTls(protocol);

const dynamic: Judge = (spec) => [
  ...each(spec.hosts, "spec.hosts", (value, path) => (isWildcard(value) ? [] : [finding("dynamicNeedsWildcard", path, { value })])),
  ...(spec.endpoints?.length ? [finding("dynamicNoExtras", "spec.endpoints", {})] : []),
  ...(spec.workloadSelector ? [finding("dynamicNoExtras", "spec.workloadSelector", {})] : []),
  ...(spec.location === "MESH_INTERNAL" ? [finding("dynamicInternal", "spec.location", {})] : []),
  ...each(spec.ports, "spec.ports", ({ protocol = "TCP" }, path) =>
    isNamed(protocolNamed(protocol)) ? [] : [finding("dynamicProtocol", `${path}.protocol`, { value: protocol })],
  ),
];

const JUDGES: Readonly<Record<NonNullable<ServiceEntrySpec["resolution"]>, Judge>> = {
  NONE: none,
  STATIC: fixed,
  DNS: dns,
  DNS_ROUND_ROBIN: roundRobin,
  DYNAMIC_DNS: dynamic,
};

/** What each resolution needs, and what it cannot use. */
export const serviceEntryResolution: Rule<"ServiceEntry"> = {
  id: "service-entry/resolution",
  kinds: ["ServiceEntry"],
  check: ({ spec }) => JUDGES[spec.resolution ?? "NONE"](spec),
};
