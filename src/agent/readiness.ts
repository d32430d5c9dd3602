import type { EnvoyAdmin } from "./envoy-admin.ts";
import type { Relay } from "./relay.ts";

/** Whether this pod may be sent traffic, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  /** One line each, for people; may hold warnings though `ready`. */
  readonly reasons: readonly string[];
}

export interface ReadinessInput {
  readonly relay: Pick<Relay, "acknowledged" | "rejections">;
  /** How many listeners the controller has sent; absent where none is a rightful answer, as for a gateway without Gateways. */
  readonly listeners?: () => number;
  readonly admin: Pick<EnvoyAdmin, "notLive">;
  readonly envoyRuns: () => boolean;
  readonly draining: () => boolean;
  /** Why there is no stream to the controller; empty when there is one. */
  readonly controllerFailure: () => string;
  readonly identityFailure: () => string;
}

/** Ready is: Envoy is live and has accepted clusters and listeners. Configuration refused later is told, and does not unready. */
export async function checkReadiness(input: ReadinessInput): Promise<Readiness> {
  const missing = await whatIsMissing(input);
  const refused = input.relay.rejections().map(({ type, name, message }) => `${type} ${name} was refused by Envoy: ${message}`);
  const controller = input.controllerFailure();
  const identity = input.identityFailure();
  return {
    ready: missing.length === 0,
    reasons: [
      ...missing,
      ...refused,
      ...(controller === "" ? [] : [`no connection to the controller: ${controller}`]),
      ...(identity === "" ? [] : [`no new certificate: ${identity}`]),
    ],
  };
}

async function whatIsMissing(input: ReadinessInput): Promise<readonly string[]> {
  if (input.draining()) return ["the pod is ending"];
  if (!input.envoyRuns()) return ["Envoy is not running"];
  const acknowledged = input.relay.acknowledged();
  const missing = (["cluster", "listener"] as const).filter((type) => !acknowledged.has(type));
  if (missing.length > 0) return [`Envoy has not accepted its first configuration: waiting for ${missing.join("s and ")}s`];
  // A sidecar catches calls whatever is configured: without a listener each of them would end at a closed port.
  if (input.listeners?.() === 0) return ["the controller has sent no listener, so every call of this pod would be refused"];
  const notLive = await input.admin.notLive().catch((error: unknown) => String(error));
  return notLive === undefined ? [] : [`Envoy is not live: ${notLive}`];
}
