import { fieldPath } from "../../api/field-path.ts";
import type { ClientTls } from "../../api/networking/tls-settings.ts";
import type { TrafficPolicy } from "../../api/networking/traffic-policy.ts";
import { isWildcard } from "../../base/hostname.ts";
import { servicesNamed } from "../../model/indexes/exported-services.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";

interface TlsAt {
  readonly tls: ClientTls;
  readonly path: string;
}

function tlsOf(policy: TrafficPolicy | undefined, path: string): readonly TlsAt[] {
  const settings = [...(policy?.portLevelSettings ?? []).entries()];
  const ports = settings.map(([index, { tls }]) => ({ tls, path: fieldPath(`${path}.portLevelSettings`, index) }));
  return [{ tls: policy?.tls, path }, ...ports].flatMap((at) => (at.tls === undefined ? [] : [{ tls: at.tls, path: `${at.path}.tls` }]));
}

/** Files or a Secret narrow who can answer; names narrow it in what public authorities have signed. */
function check({ tls, path }: TlsAt, host: string, isNamed: () => boolean): readonly Finding[] {
  if (tls.mode !== "SIMPLE" && tls.mode !== "MUTUAL") return [];
  if (tls.insecureSkipVerify) return [finding("anyServer", `${path}.insecureSkipVerify`, { host })];
  if (tls.caCertificates || tls.credentialName || tls.subjectAltNames?.length || isNamed()) return [];
  return [finding("anySignedServer", `${path}.subjectAltNames`, { host })];
}

/** Whoever originates TLS says whom it expects at the other end. */
export const serverIdentity: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/server-identity",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const host = fullHost(spec.host, namespace);
    if (isWildcard(host)) return [];
    const isNamed = () => world.ask(servicesNamed, host).some(({ subjectAltNames }) => subjectAltNames.length > 0);
    const subsets = [...(spec.subsets ?? []).entries()];
    const all = [
      ...tlsOf(spec.trafficPolicy, "spec.trafficPolicy"),
      ...subsets.flatMap(([index, { trafficPolicy }]) => tlsOf(trafficPolicy, `${fieldPath("spec.subsets", index)}.trafficPolicy`)),
    ];
    return untilMany(all, "spec", (at) => check(at, host, isNamed));
  },
};
