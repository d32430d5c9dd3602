import type { Clock } from "../base/clock.ts";
import type { Authority } from "../pki/authority.ts";
import { certificateInfo } from "../pki/certificate-info.ts";
import { renewalDelay } from "../pki/rotation.ts";
import { createTlsSource, type TlsMaterial, type TlsSource } from "../rpc/tls-source.ts";

const DAY = 24 * 3600_000;

export interface ServingTlsOptions {
  readonly authority: () => Authority;
  /** Names under which agents dial this server. */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  /** Ninety days unless said. */
  readonly lifeMs?: number;
}

/** What the ADS and certificate server shows, made by the mesh's own authority and renewed in time. */
export interface ServingTls {
  readonly source: TlsSource;
  /** Makes a new certificate and bundle now: for when the authority changed. */
  refresh(): Promise<void>;
  stop(): void;
}

export async function startServingTls(options: ServingTlsOptions): Promise<ServingTls> {
  const source = createTlsSource(await makeMaterial(options));
  let cancel = () => {};
  const refresh = async () => {
    cancel();
    source.update(await makeMaterial(options));
    plan();
  };
  const plan = () => {
    const life = certificateInfo(source.current().certPem);
    const wait = life ? renewalDelay(life, options.clock.now()) : 0;
    // A timer holds 24 days at most; an early renewal is no harm.
    cancel = options.clock.after(Math.max(1000, Math.min(wait, 24 * DAY)), () => void refresh());
  };
  plan();
  return { source, refresh, stop: () => cancel() };
}

async function makeMaterial(options: ServingTlsOptions): Promise<TlsMaterial> {
  const now = options.clock.now();
  const authority = options.authority();
  const identity = await authority.issueServer(options.dnsNames, { now, lifeMs: options.lifeMs ?? 90 * DAY });
  return { ...identity, rootPem: authority.trustBundle(now) };
}
