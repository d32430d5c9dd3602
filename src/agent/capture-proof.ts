import type { Clock } from "../base/clock.ts";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { PROBE_ADDRESS } from "../iptables/capture-probe.ts";
import type { Family } from "../iptables/iptables-options.ts";
import type { AgentLog } from "./agent-log.ts";
import { callProbe, type Proof } from "./probe-call.ts";
import { createProbeListener } from "./probe-listener.ts";

/** Proves over and over that the pod's calls are captured (ADR 8). */
export interface CaptureProof {
  /** Rejects when the port of the probe cannot be had. */
  start(): Promise<void>;
  stop(): void;
  /** Why calls are not known to be captured, one line a family; empty when they are. */
  failures(): readonly string[];
  /** By family, whether its calls are captured; without those that have no way out of the pod. */
  captured(): ReadonlyMap<Family, boolean>;
}

export interface CaptureProofOptions {
  readonly families: readonly Family[];
  readonly clock: Clock;
  readonly log: AgentLog;
  /** Calls that were captured are not any more: told once, at the second look that says so. */
  readonly lost: (reason: string) => void;
}

const NAMES: Readonly<Record<Family, string>> = { v4: "IPv4", v6: "IPv6" };
/** Lost rules are seen at the latest after this, two calls that nobody answers, and the pause between them: 5.5 s. */
const EVERY_MS = 3000;
const AGAIN_MS = 500;
/** One call may fail for other reasons. */
const FAILURES_OF_A_LOSS = 2;

interface Watched {
  proof: Proof | undefined;
  proven: boolean;
  failures: number;
}

export function createCaptureProof(options: CaptureProofOptions): CaptureProof {
  const words = new Map<string, () => void>();
  const listener = createProbeListener({ port: PROXY_PORTS.capture, families: options.families, said: (word) => words.get(word)?.() });
  const watched = new Map<Family, Watched>(options.families.map((family) => [family, { proof: undefined, proven: false, failures: 0 }]));
  const expect = (word: string, arrived: () => void): (() => void) => {
    words.set(word, arrived);
    return () => void words.delete(word);
  };
  let stopped = false;
  const look = async (family: Family, state: Watched): Promise<void> => {
    const proof = await callProbe({ ...options, family, address: PROBE_ADDRESS[family], port: PROXY_PORTS.capture, expect });
    if (stopped) return;
    note(options, family, state, proof);
    options.clock.after(proof.outcome === "not captured" ? AGAIN_MS : EVERY_MS, () => void look(family, state));
  };
  return {
    start: async () => {
      await listener.start();
      for (const [family, state] of watched) void look(family, state);
    },
    stop: () => {
      stopped = true;
      listener.stop();
    },
    failures: () => [...watched].flatMap(([family, { proof }]) => failureOf(family, proof)),
    captured: () => new Map([...watched].flatMap(([family, { proof }]) => stateOf(family, proof))),
  };
}

function note({ log, lost }: CaptureProofOptions, family: Family, state: Watched, proof: Proof): void {
  const before = state.proof?.outcome;
  state.proof = proof;
  const [reason] = failureOf(family, proof);
  state.failures = reason === undefined ? 0 : state.failures + 1;
  if (proof.outcome === "captured") state.proven = true;
  if (proof.outcome !== before) tell(log, family, proof);
  if (reason !== undefined && state.proven && state.failures === FAILURES_OF_A_LOSS) lost(reason);
}

function tell(log: AgentLog, family: Family, proof: Proof): void {
  const fields = { family: NAMES[family], address: PROBE_ADDRESS[family] };
  if (proof.outcome === "not captured") {
    log.error({ ...fields, reason: proof.reason }, "calls of this pod are not captured, so no policy holds for them: it is not ready");
  } else if (proof.outcome === "captured") {
    log.info(fields, "calls of this pod are captured");
  } else {
    log.info(fields, "no call of this family can leave the pod, so none need be captured");
  }
}

function failureOf(family: Family, proof: Proof | undefined): readonly string[] {
  if (proof === undefined) return [`it is not known yet whether ${NAMES[family]} calls of this pod are captured`];
  if (proof.outcome !== "not captured") return [];
  return [
    `${NAMES[family]} calls of this pod are not captured: a call to ${PROBE_ADDRESS[family]} did not come back to it (${proof.reason}); ` +
      "the rules that istio-init writes are gone or were never there: recreate the pod, and look for what removes them",
  ];
}

function stateOf(family: Family, proof: Proof | undefined): readonly (readonly [Family, boolean])[] {
  return proof === undefined || proof.outcome === "no route" ? [] : [[family, proof.outcome === "captured"]];
}
