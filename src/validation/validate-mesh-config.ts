import { inspectMeshConfig } from "../api/mesh/decode-mesh-config.ts";
import type { MeshConfig } from "../api/mesh/mesh-config.ts";
import { isObjectName } from "../base/hostname.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { checkDestination } from "./check/destination.ts";
import { checkDuration } from "./check/duration.ts";
import { checkExportTo } from "./check/export-to.ts";
import { checkLocality } from "./check/locality.ts";
import { checkPercent } from "./check/percent.ts";
import { checkPortNumber } from "./check/port.ts";
import { checkRetry } from "./check/retry.ts";
import { present } from "./each.ts";
import { notBuilt } from "./not-built.ts";
import { split, type Verdict } from "./validate-object.ts";

const EXPORTS = ["defaultServiceExportTo", "defaultVirtualServiceExportTo", "defaultDestinationRuleExportTo"] as const;
const PORTS = ["proxyListenPort", "proxyInboundListenPort"] as const;

function check(mesh: MeshConfig): readonly Finding[] {
  return [
    ...present(mesh.trustDomain, "trustDomain", (value, path) => (isObjectName(value) ? [] : [finding("trustDomainBad", path, { value })])),
    ...present(mesh.rootNamespace, "rootNamespace", (value, path) => (isObjectName(value) ? [] : [finding("badName", path, { value })])),
    ...present(mesh.connectTimeout, "connectTimeout", checkDuration),
    ...present(mesh.outboundTrafficPolicy?.egressProxy, "outboundTrafficPolicy.egressProxy", checkDestination),
    ...present(mesh.localityLbSetting, "localityLbSetting", checkLocality),
    ...present(mesh.defaultHttpRetryPolicy, "defaultHttpRetryPolicy", checkRetry),
    ...present(mesh.defaultConfig?.tracing?.sampling, "defaultConfig.tracing.sampling", checkPercent),
    ...PORTS.flatMap((name) => present(mesh[name], name, checkPortNumber)),
    ...EXPORTS.flatMap((name) => checkExportTo(mesh[name], name, true)),
  ];
}

/** Verdict on a mesh configuration; `mesh` is there unless its shape is wrong. */
export interface MeshVerdict extends Omit<Verdict, "object"> {
  readonly mesh?: MeshConfig;
}

/** Judges a mesh configuration, given as its parsed YAML: its shape, its rules, and which fields are not carried out. */
export function validateMeshConfig(raw: unknown): MeshVerdict {
  const { value, findings } = inspectMeshConfig(raw);
  if (!value) return split(findings);
  return { ...split([...findings, ...check(value), ...notBuilt("MeshConfig", value, "")]), mesh: value };
}
