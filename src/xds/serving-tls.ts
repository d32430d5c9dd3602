import type { Clock } from "../base/clock.ts";
import type { Authority } from "../pki/authority.ts";
import { certificateInfo } from "../pki/certificate-info.ts";
import { renewalDelay } from "../pki/rotation.ts";
import { createTlsSource, type TlsMaterial, type TlsSource } from "../rpc/tls-source.ts";
import type { Logger } from "../telemetry/logger.ts";

const DAY = 24 * 3600_000;
const RETRY_MS = 30_000;

export interface ServingTlsOptions {
  readonly authority: () => Authority;
  /** Names under which agents dial this server. */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Ninety days unless said. */
  readonly lifeMs?: number;
}

/** What the ADS and certificate server shows, made by the mesh's own authority and renewed in time. */
export interface ServingTls {
  readonly source: TlsSource;
  /** Makes a new certificate and bundle now: for when the authority changed. Tried again, and logged, until it succeeds. */
  refresh(): Promise<void>;
  stop(): void;
}

/** Rejects when the authority cannot make the first certificate. */
export async function startServingTls(options: ServingTlsOptions): Promise<ServingTls> {
  const { clock, log } = options;
  const source = createTlsSource(await makeMaterial(options));
  let cancel = () => {};
  let stopped = false;
  const after = (ms: number): void => {
    cancel();
    if (!stopped) cancel = clock.after(ms, () => void refresh());
  };
  const plan = (): void => {
    const life = certificateInfo(source.current().certPem);
    const wait = life ? renewalDelay(life, clock.now()) : 0;
    // A timer holds 24 days at most; an early renewal is no harm.
    after(Math.max(1000, Math.min(wait, 24 * DAY)));
  };
  const refresh = async (): Promise<void> => {
    try {
      const material = await makeMaterial(options);
      if (!stopped) source.update(material);
      plan();
    } catch (error) {
      log.error({ err: error }, "the certificate of the ADS server could not be renewed, the one at hand is shown");
      after(RETRY_MS);
    }
  };
  plan();
  const stop = (): void => {
    stopped = true;
    cancel();
  };
  return { source, refresh, stop };
}

async function makeMaterial(options: ServingTlsOptions): Promise<TlsMaterial> {
  const now = options.clock.now();
  const authority = options.authority();
  const identity = await authority.issueServer(options.dnsNames, { now, lifeMs: options.lifeMs ?? 90 * DAY });
  return { ...identity, rootPem: authority.trustBundle(now) };
}
