import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import type { AuthorityMaterial, Identity } from "../pki/authority-material.ts";
import { privateKeyPem } from "../pki/private-key.ts";
import {
  caBundle,
  nextWebhookRenewal,
  renewWebhookMaterial,
  WEBHOOK_LIVES,
  type WebhookLives,
  type WebhookMaterial,
} from "../pki/webhook-material.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { MaterialStore } from "./material-store.ts";

/** What the webhooks serve and what clients must trust, kept fresh. */
export interface WebhookCertificates {
  current(): { readonly serving: Identity; readonly caBundle: string };
  onChange(listener: () => void): void;
}

type Stored = Readonly<Record<string, string>>;

function toStored(material: WebhookMaterial): Stored {
  const authorities = material.authorities.flatMap(({ certPem, key }, i) => [
    [`ca-${i}.crt`, certPem] as const,
    [`ca-${i}.key`, key.reveal()] as const,
  ]);
  return { ...Object.fromEntries(authorities), "tls.crt": material.serving.certPem, "tls.key": material.serving.key.reveal() };
}

function fromStored(stored: Stored): WebhookMaterial {
  const authorities: AuthorityMaterial[] = [];
  for (let i = 0; stored[`ca-${i}.crt`] !== undefined; i++) {
    authorities.push({ certPem: stored[`ca-${i}.crt`] ?? "", key: privateKeyPem(stored[`ca-${i}.key`] ?? "") });
  }
  return { authorities, serving: { certPem: stored["tls.crt"] ?? "", key: privateKeyPem(stored["tls.key"] ?? "") } };
}

/** What is stored may be replaced or deleted at any time, and replicas must not serve different authorities for long. */
const LOOK_MS = 60_000;
const RETRY_MS = 10_000;
/** Within the time that a new authority has before it signs, everybody has looked several times. */
const lookEvery = ({ authorityMs }: WebhookLives): number => Math.min(LOOK_MS, authorityMs / 60);

export interface WebhookCertificateOptions {
  /** Of what is stored. */
  readonly name: string;
  readonly dnsNames: readonly string[];
  readonly lives?: WebhookLives;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Loads or makes the material under `name`, and keeps it for as long as the process lives: renewed in time, taken over within a
 * minute when it was replaced, put back when it was deleted.
 */
export async function webhookCertificates(store: MaterialStore, options: WebhookCertificateOptions): Promise<WebhookCertificates> {
  const { name, dnsNames, lives = WEBHOOK_LIVES, clock, log } = options;
  const every = lookEvery(lives);
  const make = (current?: WebhookMaterial) => renewWebhookMaterial(current, { dnsNames, now: clock.now(), lives });
  // From what is stored, not from what we hold: another replica may have renewed it.
  const renewed = async (stored: Stored): Promise<Stored | undefined> => {
    const held = fromStored(stored);
    const made = await make(held);
    return made === held ? undefined : toStored(made);
  };
  const look = async (ours?: WebhookMaterial): Promise<Stored> => {
    const found = await store.readOrCreate(name, async () => toStored(ours ?? (await make())));
    return (await renewed(found)) === undefined ? found : store.update(name, renewed);
  };
  let stored = await look();
  let material = fromStored(stored);
  const listeners = new Set<() => void>();
  const follow = async (): Promise<void> => {
    const next = await look(material);
    if (isDeepStrictEqual(next, stored)) return;
    stored = next;
    material = fromStored(next);
    log.info({ name }, "webhook certificate changed");
    for (const listener of listeners) listener();
  };
  const schedule = (wait: number): void => {
    clock.after(wait, () => {
      follow().then(
        () => schedule(Math.min(every, Math.max(100, nextWebhookRenewal(material) - clock.now()))),
        (error: unknown) => {
          log.error({ name, err: error }, "webhook certificate could not be looked at, the one at hand is served");
          schedule(Math.min(every, RETRY_MS));
        },
      );
    });
  };
  schedule(every);
  return {
    current: () => ({ serving: material.serving, caBundle: caBundle(material, clock.now()) }),
    onChange: (listener) => {
      listeners.add(listener);
    },
  };
}
