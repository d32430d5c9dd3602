import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import type { AuthorityMaterial, Identity } from "../pki/authority-material.ts";
import { privateKeyPem } from "../pki/private-key.ts";
import { caBundle, nextWebhookRenewal, renewWebhookMaterial, type WebhookMaterial } from "../pki/webhook-material.ts";
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

const RETRY_MS = 30_000;
/** Timers count in 32 bits; a day is soon enough to look again. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Loads or makes the material under `name`, and renews it for as long as the process lives. */
export async function webhookCertificates(
  store: MaterialStore,
  at: { readonly name: string; readonly dnsNames: readonly string[]; readonly clock: Clock; readonly log: Logger },
): Promise<WebhookCertificates> {
  const { name, dnsNames, clock, log } = at;
  const make = (current?: WebhookMaterial) => renewWebhookMaterial(current, dnsNames, clock.now());
  let stored = await store.readOrCreate(name, async () => toStored(await make()));
  let material = fromStored(stored);
  const listeners = new Set<() => void>();
  // From what is stored, not from what we hold: another replica may have renewed it.
  const renew = async () => {
    const next = await store.update(name, async (current) => {
      const held = fromStored(current);
      const made = await make(held);
      return made === held ? undefined : toStored(made);
    });
    if (!isDeepStrictEqual(next, stored)) {
      stored = next;
      material = fromStored(next);
      log.info("webhook certificate renewed");
      for (const listener of listeners) {
        listener();
      }
    }
  };
  const schedule = (wait: number) => {
    clock.after(Math.min(Math.max(wait, 1_000), LONGEST_WAIT_MS), () => {
      renew().then(
        () => schedule(nextWebhookRenewal(material) - clock.now()),
        (error: unknown) => {
          log.error({ err: error }, "webhook certificate could not be renewed");
          schedule(RETRY_MS);
        },
      );
    });
  };
  await renew();
  schedule(nextWebhookRenewal(material) - clock.now());
  return {
    current: () => ({ serving: material.serving, caBundle: caBundle(material, clock.now()) }),
    onChange: (listener) => {
      listeners.add(listener);
    },
  };
}
