import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import { err, type Result } from "../base/result.ts";
import { type Authority, loadAuthority } from "../pki/authority.ts";
import { createRoot } from "../pki/create-root.ts";
import { GIVEN_AUTHORITY_SECRET, OWN_ROOT_SECRET, storedAuthority } from "../pki/stored-authority.ts";
import { certificatesOf } from "../pki/trust-bundle.ts";
import type { Logger } from "../telemetry/logger.ts";
import { startServingTls } from "../xds/serving-tls.ts";
import type { Trust } from "./control-plane.ts";
import type { MaterialStore } from "./material-store.ts";

const LOOK_MS = 60_000;

type Stored = Readonly<Record<string, string>>;

export interface MeshTrustOptions {
  /** Names under which proxies dial the control plane. */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Told when the authority or what is trusted beside it has changed. */
  readonly onChange: () => void;
}

/** What the mesh is signed with, and the Secret that it is from. */
interface Found {
  readonly secret: string;
  readonly stored: Stored;
}

async function authorityOf({ stored, secret }: Found, trustDomain: string, now: number): Promise<Result<Authority, string>> {
  const { material, chain, trusted, trustedKey } = storedAuthority(stored);
  if (trusted.trim() !== "" && certificatesOf(trusted).length === 0) {
    return err(`${trustedKey} holds no certificate; write certificates in PEM that are trusted, or remove it`);
  }
  const loaded = await loadAuthority({ material, chain, trustDomain, alsoTrusted: [trusted] }, now);
  return loaded.ok ? loaded : err(`Secret ${secret}: ${loaded.error}`);
}

/** What an operator gave; else what was made once, and is made by `make` where nothing is there. */
async function find(store: MaterialStore, make: () => Promise<Stored>): Promise<Found> {
  const given = await store.read(GIVEN_AUTHORITY_SECRET);
  if (given !== undefined) return { secret: GIVEN_AUTHORITY_SECRET, stored: given };
  return { secret: OWN_ROOT_SECRET, stored: await store.readOrCreate(OWN_ROOT_SECRET, make) };
}

async function makeRoot(trustDomain: string, now: number): Promise<Stored> {
  const root = await createRoot({ trustDomain, now });
  return { "ca-cert.pem": root.certPem, "ca-key.pem": root.key.reveal() };
}

/** What is stored now. One that was given and is gone is not followed by one that nobody trusts. */
async function findNext(store: MaterialStore, before: Found): Promise<Found> {
  if (before.secret === OWN_ROOT_SECRET) return find(store, async () => before.stored);
  const given = await store.read(GIVEN_AUTHORITY_SECRET);
  if (given === undefined)
    throw new Error(`Secret ${GIVEN_AUTHORITY_SECRET} is gone; what it held stays in force until the controller ends`);
  return { secret: GIVEN_AUTHORITY_SECRET, stored: given };
}

/**
 * The mesh's authority, and the certificate under which proxies meet the control plane: from the store, or made anew. What is stored
 * is looked at every minute: a change is taken over, a deletion undone, and what cannot sign leaves the one before in force.
 * Rejects with words for the operator when what is stored at the start cannot sign.
 */
export async function meshTrust(store: MaterialStore, trustDomain: string, options: MeshTrustOptions): Promise<Trust> {
  const { dnsNames, clock, log, onChange } = options;
  let found = await find(store, () => makeRoot(trustDomain, clock.now()));
  const first = await authorityOf(found, trustDomain, clock.now());
  if (!first.ok) throw new Error(first.error);
  let current = first.value;
  log.info({ secret: found.secret }, "the mesh is signed with the authority in this Secret");
  const tls = await startServingTls({ authority: () => current, dnsNames, clock, log });
  const look = async (): Promise<void> => {
    const next = await findNext(store, found);
    if (isDeepStrictEqual(next, found)) return;
    const { secret } = next;
    const loaded = await authorityOf(next, trustDomain, clock.now());
    if (!loaded.ok)
      return log.error({ secret, fault: loaded.error }, "the mesh's root was changed but cannot be used, the one before stays");
    warnOfGap(current, loaded.value, { ...options, secret, key: storedAuthority(next.stored).trustedKey });
    found = next;
    current = loaded.value;
    log.info({ secret }, "the mesh's root, or what is trusted beside it, has changed");
    await tls.refresh();
    onChange();
  };
  const followed = (): void => {
    const failed = (error: unknown) => log.warn({ secret: found.secret, reason: String(error) }, "the mesh's root could not be looked at");
    clock.after(LOOK_MS, () => void look().catch(failed).then(followed));
  };
  followed();
  return { authority: following(() => current), tls: tls.source };
}

interface Gap extends MeshTrustOptions {
  readonly secret: string;
  readonly key: string;
}

/** Workloads whose certificates nobody trusts any more are cut off until they have new ones. */
function warnOfGap(before: Authority, after: Authority, { clock, log, secret, key }: Gap): void {
  const trusted = after.trustBundle(clock.now());
  const dropped = certificatesOf(before.trustBundle(clock.now())).filter((certificate) => !trusted.includes(certificate));
  if (dropped.length > 0) {
    log.warn({ secret, key, dropped: dropped.length }, "roots are no longer trusted; to keep them for a while, add them under this key");
  }
}

/** The authority of the moment, whoever holds this. */
function following(current: () => Authority): Authority {
  return {
    get trustDomain() {
      return current().trustDomain;
    },
    get notAfter() {
      return current().notAfter;
    },
    trustBundle: (now) => current().trustBundle(now),
    signWorkload: (...args) => current().signWorkload(...args),
    issueServer: (...args) => current().issueServer(...args),
  };
}
