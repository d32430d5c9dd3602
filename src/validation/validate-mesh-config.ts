import { isJsonObject } from "../api/json-kind.ts";
import { inspectMeshConfig } from "../api/mesh/decode-mesh-config.ts";
import type { MeshConfig } from "../api/mesh/mesh-config.ts";
import { guarded, unlessUnfit } from "../api/unfit.ts";
import { durationNanos } from "../base/duration.ts";
import { isObjectName } from "../base/hostname.ts";
import { logFormatFault } from "../base/log-format-fault.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { checkProxyDestination } from "./check/destination.ts";
import { checkDuration } from "./check/duration.ts";
import { checkExportTo } from "./check/export-to.ts";
import { checkWildcardHost } from "./check/host.ts";
import { checkLocality } from "./check/locality.ts";
import { checkAnyNamespace } from "./check/namespace.ts";
import { checkPortNumber } from "./check/port.ts";
import { checkProxyConfig } from "./check/proxy-config.ts";
import { checkRetry } from "./check/retry.ts";
import { type Check, each, present } from "./each.ts";
import { notBuilt } from "./not-built.ts";
import { split, type Verdict } from "./validate-object.ts";

const EXPORTS = ["defaultServiceExportTo", "defaultVirtualServiceExportTo", "defaultDestinationRuleExportTo"] as const;
const PORTS = ["proxyListenPort", "proxyInboundListenPort"] as const;

/** A caller that waits longer than this for a connection has long gone. */
const MOST_CONNECT = "1h";
const MILLISECOND = 1_000_000n;

const checkTrustDomain: Check<string> = (value, path) =>
  isObjectName(value.replace(/\.$/, "")) ? [] : [finding("trustDomainBad", path, { value })];

const checkConnectTimeout: Check<string> = (value, path) =>
  (durationNanos(value) ?? 0n) > (durationNanos(MOST_CONNECT) ?? 0n)
    ? [finding("durationTooLong", path, { value, most: MOST_CONNECT })]
    : checkDuration(value, path);

const checkDetection: Check<string> = (value, path) =>
  (durationNanos(value) ?? 0n) % MILLISECOND === 0n ? [] : [finding("durationTooFine", path, { value, unit: "millisecond" })];

const checkSetting: Check<Readonly<Record<string, unknown>>> = ({ hosts }, path) =>
  Array.isArray(hosts)
    ? each(hosts, `${path}.hosts`, (host: unknown, at) => (typeof host === "string" ? checkWildcardHost(host, at) : []))
    : [];

function checkMeshTls({ meshMTLS }: MeshConfig): readonly Finding[] {
  const curves = isJsonObject(meshMTLS) && meshMTLS["ecdhCurves"] !== undefined;
  return curves ? [finding("notSettable", "meshMTLS.ecdhCurves", { reason: "the mesh's own TLS takes the curves that Envoy brings" })] : [];
}

function checkLogFormat({ accessLogFormat: value = "", accessLogEncoding = "TEXT" }: MeshConfig): readonly Finding[] {
  const fault = logFormatFault(value, accessLogEncoding);
  return fault === undefined ? [] : [finding("formatFault", "accessLogFormat", { value, fault })];
}

/** What is asked of a mesh configuration beyond its shape. */
const CHECKS: readonly ((mesh: MeshConfig) => readonly Finding[])[] = [
  checkLogFormat,
  (mesh) => present(mesh.trustDomain, "trustDomain", checkTrustDomain),
  (mesh) => each(mesh.trustDomainAliases, "trustDomainAliases", checkTrustDomain),
  (mesh) => present(mesh.rootNamespace, "rootNamespace", checkAnyNamespace),
  (mesh) => present(mesh.connectTimeout, "connectTimeout", checkConnectTimeout),
  (mesh) => present(mesh.protocolDetectionTimeout, "protocolDetectionTimeout", checkDetection),
  (mesh) => each(mesh.serviceSettings, "serviceSettings", checkSetting),
  checkMeshTls,
  (mesh) => present(mesh.outboundTrafficPolicy?.egressProxy, "outboundTrafficPolicy.egressProxy", checkProxyDestination),
  (mesh) => present(mesh.localityLbSetting, "localityLbSetting", (locality, path) => checkLocality(locality, path, true)),
  (mesh) => present(mesh.defaultHttpRetryPolicy, "defaultHttpRetryPolicy", checkRetry),
  (mesh) => present(mesh.defaultConfig, "defaultConfig", checkProxyConfig),
  (mesh) => PORTS.flatMap((name) => present(mesh[name], name, checkPortNumber)),
  (mesh) => EXPORTS.flatMap((name) => checkExportTo(mesh[name], name, { none: true })),
];

/** Verdict on a mesh configuration; `mesh` is there unless its shape is wrong. */
export interface MeshVerdict extends Omit<Verdict, "object"> {
  readonly mesh?: MeshConfig;
}

/** Judges a mesh configuration, given as its parsed YAML: its shape, the rules over what fits in it, and which fields are not carried out. */
export function validateMeshConfig(raw: unknown): MeshVerdict {
  const { value, fitting = value, findings } = inspectMeshConfig(raw);
  if (fitting === undefined) return split(findings);
  const judged = value ?? guarded(fitting);
  const found = CHECKS.flatMap((check) => unlessUnfit(check, judged));
  const verdict = split([...findings, ...found, ...notBuilt("MeshConfig", fitting, "")]);
  return value === undefined ? verdict : { ...verdict, mesh: value };
}
