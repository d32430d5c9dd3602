import type { AuthorityMaterial, Identity } from "./authority-material.ts";
import { certificateInfo, isSignedBy } from "./certificate-info.ts";
import { type Lifetime, renewalTime } from "./rotation.ts";
import { createRsaCertificate } from "./rsa-certificate.ts";
import { trustBundle } from "./trust-bundle.ts";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
/** How long what is made lives, in milliseconds. */
export interface WebhookLives {
  readonly authorityMs: number;
  readonly servingMs: number;
}

export const WEBHOOK_LIVES: WebhookLives = { authorityMs: 365 * DAY, servingMs: 90 * DAY };

/** Of a life so much, and an hour at the most. */
const SHARE = 1 / 12;

/** Clocks differ, so what is made starts earlier. */
const backdate = (lifeMs: number): number => Math.min(HOUR, lifeMs * SHARE);

/** An authority signs only when it is as old as this: every webhook configuration had time to carry it. */
const settledAge = (authority: Lifetime): number => 2 * Math.min(HOUR, ((authority.notAfter - authority.notBefore) * SHARE) / (1 + SHARE));

/** All that serves the webhooks: the authorities that clients trust, newest first, and what the server shows. */
export interface WebhookMaterial {
  readonly authorities: readonly AuthorityMaterial[];
  readonly serving: Identity;
}

/** For `caBundle`: while two authorities overlap, both. */
export function caBundle(material: WebhookMaterial, now: number): string {
  return trustBundle(
    material.authorities.map((authority) => authority.certPem),
    now,
  );
}

/** When something is due next: at the earliest renewal, or when a young authority that does not sign yet has settled. */
export function nextWebhookRenewal(material: WebhookMaterial): number {
  const [newest] = material.authorities;
  const authority = lifeOf(newest?.certPem ?? "");
  const renewal = Math.min(renewalTime(authority), renewalTime(lifeOf(material.serving.certPem)));
  const signs = newest !== undefined && isSignedBy(material.serving.certPem, newest.certPem);
  return signs ? renewal : Math.min(renewal, settling(authority));
}

const settling = (authority: Lifetime): number => authority.notBefore + settledAge(authority);

export interface RenewalOptions {
  readonly dnsNames: readonly string[];
  readonly now: number;
  readonly lives?: WebhookLives;
}

/**
 * The material to use from now on: the very same object when nothing is due. Both lives are renewed at two thirds; a new authority
 * is first only trusted, and signs when it has settled, at once then, so no client meets a certificate that it was not told of.
 */
export async function renewWebhookMaterial(
  current: WebhookMaterial | undefined,
  { dnsNames, now, lives = WEBHOOK_LIVES }: RenewalOptions,
): Promise<WebhookMaterial> {
  const authorities = await renewAuthorities(current?.authorities ?? [], { now, lives });
  const issuer = settled(authorities, now);
  if (current && isGood(current.serving, { issuer, dnsNames, now })) {
    return authorities === current.authorities ? current : { authorities, serving: current.serving };
  }
  const notAfter = Math.min(now + lives.servingMs, lifeOf(issuer.certPem).notAfter);
  return {
    authorities,
    serving: await createRsaCertificate({
      ...{ commonName: dnsNames[0] ?? "fairlead", dnsNames, issuer },
      ...{ notBefore: now - backdate(lives.servingMs), notAfter },
    }),
  };
}

async function renewAuthorities(
  known: readonly AuthorityMaterial[],
  { now, lives: { authorityMs } }: { readonly now: number; readonly lives: WebhookLives },
): Promise<readonly AuthorityMaterial[]> {
  const alive = known.filter((authority) => lifeOf(authority.certPem).notAfter > now);
  const [newest] = alive;
  if (newest && !isDue(newest.certPem, now)) return alive.length === known.length ? known : alive;
  const fresh = await createRsaCertificate({
    commonName: "fairlead webhook authority",
    dnsNames: [],
    notBefore: now - backdate(authorityMs),
    notAfter: now + authorityMs,
  });
  return [fresh, ...alive];
}

function settled(authorities: readonly AuthorityMaterial[], now: number): AuthorityMaterial {
  const ready = authorities.find((authority) => settling(lifeOf(authority.certPem)) <= now);
  return ready ?? (authorities.at(-1) as AuthorityMaterial);
}

interface Wanted {
  readonly issuer: AuthorityMaterial;
  readonly dnsNames: readonly string[];
  readonly now: number;
}

function isGood({ certPem }: Identity, { issuer, dnsNames, now }: Wanted): boolean {
  const served = certificateInfo(certPem)?.dnsNames ?? [];
  return !isDue(certPem, now) && isSignedBy(certPem, issuer.certPem) && dnsNames.every((name) => served.includes(name));
}

function isDue(certPem: string, now: number): boolean {
  return renewalTime(lifeOf(certPem)) <= now;
}

/** Unreadable text has no life: it is replaced. */
function lifeOf(certPem: string): Lifetime {
  return certificateInfo(certPem) ?? { notBefore: 0, notAfter: 0 };
}
