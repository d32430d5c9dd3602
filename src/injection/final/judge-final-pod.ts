import { PROXY_CONTAINER } from "../../base/proxy-containers.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { podDecision } from "../inject.ts";
import type { InjectionInput } from "../injection-input.ts";
import { readPod } from "../pod.ts";
import { proxySettings } from "../proxy-settings.ts";
import { type FinalPod, type FinalRule, placedContainers } from "./final-pod.ts";
import { initOrder } from "./init-order.ts";
import { nativeRestarts } from "./native-restarts.ts";
import { ownUser } from "./own-user.ts";
import { portsFree } from "./ports-free.ts";
import { probesAnswered } from "./probes-answered.ts";
import { redirectionThere } from "./redirection-there.ts";
import { sidecarThere } from "./sidecar-there.ts";

/** In the order in which findings are told: what is missing before what is wrong. */
const RULES: readonly FinalRule[] = [sidecarThere, redirectionThere, nativeRestarts, initOrder, probesAnswered, portsFree, ownUser];

/**
 * Looks at a pod as it is about to be stored, after every mutating webhook: what another one, or the user, broke of it. A pod that is
 * not to be injected, and one that the injector itself refuses, has no findings here.
 */
export function judgeFinalPod(input: InjectionInput): readonly Finding[] {
  const read = readPod(input.pod);
  if (!read.ok) return [];
  const pod = read.value;
  const decision = podDecision(pod, input);
  const settings = proxySettings(pod, input);
  if (!decision.inject || !settings.ok || !settings.value.bringsProxy) return [];
  const all = placedContainers(pod);
  const proxy = all.find(({ container }) => container.name === PROXY_CONTAINER);
  const redirected = settings.value.templates.includes("sidecar") && settings.value.interception.mode !== "NONE";
  const final: FinalPod = { pod, settings: settings.value, reason: decision.reason, all, redirected, ...(proxy && { proxy }) };
  return RULES.flatMap((rule) => rule(final));
}
