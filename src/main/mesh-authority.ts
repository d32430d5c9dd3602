import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import { err, type Result } from "../base/result.ts";
import { type Authority, loadAuthority } from "../pki/authority.ts";
import { createRoot } from "../pki/create-root.ts";
import { privateKeyPem } from "../pki/private-key.ts";
import { certificatesOf } from "../pki/trust-bundle.ts";
import type { Logger } from "../telemetry/logger.ts";
import { startServingTls } from "../xds/serving-tls.ts";
import type { Trust } from "./control-plane.ts";
import type { MaterialStore } from "./material-store.ts";

/** Name of the Secret in which Istio, too, keeps its own root; its keys are Istio's. */
const ROOT = "istio-ca-secret";
const CERT = "ca-cert.pem";
const KEY = "ca-key.pem";
/** Further certificates to trust: roots that are to come, or whose certificates still live. */
const TRUSTED = "root-cert.pem";

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

async function authorityOf(stored: Stored, trustDomain: string, now: number): Promise<Result<Authority, string>> {
  const material = { certPem: stored[CERT] ?? "", key: privateKeyPem(stored[KEY] ?? "") };
  const further = stored[TRUSTED] ?? "";
  if (further.trim() !== "" && certificatesOf(further).length === 0) {
    return err(`${TRUSTED} holds no certificate; write certificates in PEM that are trusted beside ${CERT}, or remove it`);
  }
  return loadAuthority({ material, trustDomain, alsoTrusted: [further] }, now);
}

/**
 * The mesh's authority, and the certificate under which proxies meet the control plane: from the store, or made anew. What is stored
 * is looked at every minute: a change is taken over, a deletion undone, and what cannot sign leaves the one before in force.
 * Rejects with words for the operator when what is stored at the start cannot sign.
 */
export async function meshTrust(store: MaterialStore, trustDomain: string, options: MeshTrustOptions): Promise<Trust> {
  const { dnsNames, clock, log, onChange } = options;
  let stored = await store.readOrCreate(ROOT, async () => {
    const root = await createRoot({ trustDomain, now: clock.now() });
    return { [CERT]: root.certPem, [KEY]: root.key.reveal() };
  });
  const first = await authorityOf(stored, trustDomain, clock.now());
  if (!first.ok) throw new Error(`${ROOT}: ${first.error}`);
  let current = first.value;
  const tls = await startServingTls({ authority: () => current, dnsNames, clock, log });
  const look = async (): Promise<void> => {
    const next = await store.readOrCreate(ROOT, async () => stored);
    if (isDeepStrictEqual(next, stored)) return;
    const loaded = await authorityOf(next, trustDomain, clock.now());
    if (!loaded.ok)
      return log.error({ secret: ROOT, fault: loaded.error }, "the mesh's root was changed but cannot be used, the one before stays");
    warnOfGap(current, loaded.value, options);
    stored = next;
    current = loaded.value;
    log.info({ secret: ROOT }, "the mesh's root, or what is trusted beside it, has changed");
    await tls.refresh();
    onChange();
  };
  const followed = (): void => {
    const failed = (error: unknown) => log.warn({ secret: ROOT, reason: String(error) }, "the mesh's root could not be looked at");
    clock.after(LOOK_MS, () => void look().catch(failed).then(followed));
  };
  followed();
  return { authority: following(() => current), tls: tls.source };
}

/** Workloads whose certificates nobody trusts any more are cut off until they have new ones. */
function warnOfGap(before: Authority, after: Authority, { clock, log }: MeshTrustOptions): void {
  const trusted = after.trustBundle(clock.now());
  const dropped = certificatesOf(before.trustBundle(clock.now())).filter((certificate) => !trusted.includes(certificate));
  if (dropped.length > 0) {
    log.warn({ secret: ROOT, dropped: dropped.length }, `roots are no longer trusted; to keep them for a while, add them to ${TRUSTED}`);
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
