import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import { privateKeyPem } from "../pki/private-key.ts";
import { renewalDelay } from "../pki/rotation.ts";
import { certificatesOf } from "../pki/trust-bundle.ts";
import type { AgentLog } from "./agent-log.ts";
import { type Identity, toIdentity } from "./certificate-client.ts";

/** The certificate in force, got at the start and renewed before it ends. */
export interface WorkloadIdentity {
  start(): void;
  stop(): void;
  current(): Identity | undefined;
  /** After `start`. */
  started(): boolean;
  /** Asks anew now: the trust bundle changed. */
  renew(): void;
  /** Why the last attempt failed; empty after a success. */
  failure(): string;
}

export interface WorkloadIdentityOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: AgentLog;
  /** Where certificate and key outlive the agent, not the pod: a folder in memory. */
  readonly file: string;
  request(): Promise<Result<Identity, string>>;
  changed(): void;
}

const LONGEST_BACKDATING_MS = 5 * 60_000;
const SHORTEST_WAIT_MS = 1000;

export function createWorkloadIdentity(options: WorkloadIdentityOptions): WorkloadIdentity {
  const { clock, log } = options;
  const backoff = createBackoff({ minMs: 200, maxMs: 30_000, random: options.random });
  let current: Identity | undefined;
  let failure = "not asked yet";
  let asking = false;
  let stopped = true;
  let cancel = (): void => {};
  const later = (ms: number): void => {
    cancel();
    if (!stopped) cancel = clock.after(ms, ask);
  };
  const ask = (): void => {
    if (asking || stopped) return;
    asking = true;
    void options.request().then(answered);
  };
  const answered = (answer: Result<Identity, string>): void => {
    asking = false;
    if (stopped) return;
    if (!answer.ok) {
      failure = answer.error;
      log.warn({ reason: failure }, "certificate not issued, asking again");
      later(backoff.next());
      return;
    }
    backoff.reset();
    failure = "";
    current = answer.value;
    save(options.file, current, log);
    log.info({ notAfter: new Date(current.notAfter).toISOString() }, "certificate issued");
    later(untilRenewal(current, options));
    options.changed();
  };
  return {
    start: () => {
      stopped = false;
      current = load(options.file, clock.now());
      if (current === undefined) {
        ask();
        return;
      }
      log.info({ notAfter: new Date(current.notAfter).toISOString() }, "certificate of the last run taken over");
      later(untilRenewal(current, options));
      options.changed();
    },
    stop: () => {
      stopped = true;
      cancel();
    },
    current: () => current,
    started: () => !stopped,
    renew: ask,
    failure: () => failure,
  };
}

/** Authorities date certificates back, for clocks that are behind: what counts is the life from here on. Never a busy loop. */
function untilRenewal(identity: Identity, { clock, random }: WorkloadIdentityOptions): number {
  const notBefore = Math.max(identity.notBefore, Math.min(clock.now(), identity.notBefore + LONGEST_BACKDATING_MS));
  return Math.max(SHORTEST_WAIT_MS, renewalDelay({ notBefore, notAfter: identity.notAfter }, clock.now(), random()));
}

function save(file: string, identity: Identity, log: AgentLog): void {
  try {
    const text = JSON.stringify({ chain: [identity.certPem, identity.rootPem], key: identity.key.reveal() });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    log.warn({ reason: String(error) }, "certificate not kept for the next start of the agent");
  }
}

function load(file: string, now: number): Identity | undefined {
  try {
    const saved = JSON.parse(readFileSync(file, "utf8")) as { readonly chain: readonly string[]; readonly key: string };
    const read = toIdentity(saved.chain.flatMap(certificatesOf), privateKeyPem(saved.key));
    return read.ok && read.value.notAfter > now ? read.value : undefined;
  } catch {
    return undefined;
  }
}
