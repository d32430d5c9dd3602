import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { fieldAt, objectAt, textAt } from "../json-object.ts";
import { probersOf } from "../probers-of.ts";
import { type FinalRule, isOurs, type PlacedAt } from "./final-pod.ts";

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

/** Every probe that leads to the agent is one that the agent knows. */
export const probesAnswered: FinalRule = ({ all, proxy, settings: { probePort } }) => {
  if (proxy === undefined) return [];
  const known = probersOf(proxy.container);
  return all
    .filter(({ container }) => !isOurs(container))
    .flatMap((at) => PROBES.flatMap((probe) => strayed(at, probe, { probePort, known })));
};

interface Agent {
  readonly probePort: number;
  readonly known: object;
}

function strayed({ container, path: at }: PlacedAt, probe: string, { probePort, known }: Agent): readonly Finding[] {
  const request = objectAt(objectAt(container, probe), "httpGet");
  const path = textAt(request, "path") ?? "";
  if (fieldAt(request, "port") !== probePort || !path.startsWith("/app-health/") || Object.hasOwn(known, path)) return [];
  return [finding("probeNowhere", `${at}.${probe}.httpGet.path`, { path })];
}
