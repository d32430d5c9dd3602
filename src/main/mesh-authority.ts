import type { Clock } from "../base/clock.ts";
import { type Authority, loadAuthority } from "../pki/authority.ts";
import { createRoot } from "../pki/create-root.ts";
import { privateKeyPem } from "../pki/private-key.ts";
import { startServingTls } from "../xds/serving-tls.ts";
import type { Trust } from "./control-plane.ts";
import type { MaterialStore } from "./material-store.ts";

/** Name of the Secret in which Istio, too, keeps its own root; its two keys are Istio's. */
const ROOT = "istio-ca-secret";
const CERT = "ca-cert.pem";
const KEY = "ca-key.pem";

/** The mesh's root, from the store or made anew. Rejects with words for the operator when what is stored cannot sign. */
async function meshAuthority(store: MaterialStore, trustDomain: string, clock: Clock): Promise<Authority> {
  const stored = await store.readOrCreate(ROOT, async () => {
    const root = await createRoot({ trustDomain, now: clock.now() });
    return { [CERT]: root.certPem, [KEY]: root.key.reveal() };
  });
  const material = { certPem: stored[CERT] ?? "", key: privateKeyPem(stored[KEY] ?? "") };
  const authority = await loadAuthority({ material, trustDomain, alsoTrusted: [] }, clock.now());
  if (!authority.ok) {
    throw new Error(`${ROOT}: ${authority.error}`);
  }
  return authority.value;
}

/** The mesh's authority, and the certificate under which proxies meet the control plane. */
export async function meshTrust(
  store: MaterialStore,
  trustDomain: string,
  at: { dnsNames: readonly string[]; clock: Clock },
): Promise<Trust> {
  const authority = await meshAuthority(store, trustDomain, at.clock);
  const tls = await startServingTls({ authority: () => authority, ...at });
  return { authority, tls: tls.source };
}
