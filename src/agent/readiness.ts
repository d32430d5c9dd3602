import type { EnvoyAdmin } from "./envoy-admin.ts";
import type { Relay } from "./relay.ts";

/** Whether this pod may be sent traffic, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  /** One line each, for people; may hold warnings though `ready`. */
  readonly reasons: readonly string[];
}

export interface ReadinessInput {
  readonly relay: Pick<Relay, "missing" | "rejections">;
  /** How many listeners the controller has sent; absent where none is a rightful answer, as for a gateway without Gateways. */
  readonly listeners?: () => number;
  /** Whether the controller has told its names; absent where the pod's DNS queries do not come to the agent. */
  readonly namesTold?: () => boolean;
  readonly admin: Pick<EnvoyAdmin, "notLive">;
  readonly envoyRuns: () => boolean;
  readonly draining: () => boolean;
  /** Why the pod's calls are not known to be captured; empty when they are, or need not be. */
  readonly uncaptured: () => readonly string[];
  /** Why there is no stream to the controller; empty when there is one. */
  readonly controllerFailure: () => string;
  readonly identityFailure: () => string;
}

/** Ready is: the pod's calls are captured, Envoy is live and has taken its first configuration whole. Configuration refused later is told, and does not unready. */
export async function checkReadiness(input: ReadinessInput): Promise<Readiness> {
  const missing = [...input.uncaptured(), ...(await whatIsMissing(input))];
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
  // Asked first: an Envoy that is live has been answered for its routes, and refused them by now if it did.
  const notLive = await input.admin.notLive().catch((error: unknown) => String(error));
  const missing = [...input.relay.missing()].map(([type, names]) => `${type}s${few(names)}`);
  if (missing.length > 0) return [`Envoy has not accepted its first configuration: waiting for ${missing.join(" and ")}`];
  // A sidecar catches calls whatever is configured: without a listener each of them would end at a closed port.
  if (input.listeners?.() === 0) return ["the controller has sent no listener, so every call of this pod would be refused"];
  if (input.namesTold?.() === false) return ["the controller has not told its names yet, so the first DNS queries would miss them"];
  return notLive === undefined ? [] : [`Envoy is not live: ${notLive}`];
}

const SHOWN = 3;

function few(names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : "";
  return ` (${names.slice(0, SHOWN).join(", ")}${more})`;
}
