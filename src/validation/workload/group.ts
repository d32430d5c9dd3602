import { fixedByValue } from "../../api/fix.ts";
import type { ReadinessProbe } from "../../api/networking/readiness-probe.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkEndpointTemplate } from "../check/endpoint.ts";
import { checkLabels } from "../check/labels.ts";
import { checkPortNumber } from "../check/port.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const WAYS = ["httpGet", "tcpSocket", "exec", "grpc"] as const;

const checkWays: Check<ReadinessProbe> = (probe, path): readonly Finding[] => {
  const ways = WAYS.filter((way) => probe[way]);
  if (ways.length === 0) return [finding("probeMissing", path, {})];
  return ways.length > 1 ? [finding("onlyOne", path, { names: ways.join(", ") })] : [];
};

const SCHEMES: readonly string[] = ["", "HTTP", "HTTPS"];

const checkScheme: Check<string> = (value, path) => {
  if (SCHEMES.includes(value)) return [];
  const [found, meant] = [finding("badScheme", path, { value }), value.toUpperCase()];
  return [SCHEMES.includes(meant) ? fixedByValue(found, meant) : found];
};

/** Kubernetes allows fewer characters in the headers of probes than HTTP does. */
const PROBE_HEADER = /^[-A-Za-z0-9]+$/;

const checkProbeHeader: Check<string> = (value, path) =>
  PROBE_HEADER.test(value) ? [] : [finding("badHeaderName", path, { value, hint: "write letters, digits and hyphens" })];

const checkHttp: Check<NonNullable<ReadinessProbe["httpGet"]>> = ({ port, scheme, httpHeaders }, path) => [
  ...checkPortNumber(port, `${path}.port`),
  ...present(scheme, `${path}.scheme`, checkScheme),
  ...each(httpHeaders, `${path}.httpHeaders`, ({ name = "" }, at) => checkProbeHeader(name, `${at}.name`)),
];

const checkProbe: Check<ReadinessProbe> = (probe, path) => [
  ...checkWays(probe, path),
  ...present(probe.httpGet, `${path}.httpGet`, checkHttp),
  ...present(probe.tcpSocket?.port, `${path}.tcpSocket.port`, checkPortNumber),
  ...(probe.exec && (!probe.exec.command?.length || probe.exec.command.includes(""))
    ? [finding("commandMissing", `${path}.exec.command`, {})]
    : []),
  ...present(probe.grpc?.port, `${path}.grpc.port`, checkPortNumber),
];

/** Labels and template that can be, and one way to probe. */
export const workloadGroup: Rule<"WorkloadGroup"> = {
  id: "workload/group",
  kinds: ["WorkloadGroup"],
  check: ({ spec: { metadata, template, probe } }) => [
    ...present(metadata?.labels, "spec.metadata.labels", checkLabels),
    ...checkEndpointTemplate(template, "spec.template"),
    ...present(probe, "spec.probe", checkProbe),
  ],
};
