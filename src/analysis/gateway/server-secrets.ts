import { fieldPath } from "../../api/field-path.ts";
import type { ServerTls } from "../../api/networking/tls-settings.ts";
import type { StoredObject } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import type { World } from "../world.ts";
import { runsIn } from "./runs-in.ts";

const KEY_PAIRS = [
  ["tls.crt", "tls.key"],
  ["cert", "key"],
] as const;

const AUTHORITIES = ["ca.crt", "cacert"];

const fieldsOf = ({ spec }: StoredObject<"Secret">): ReadonlySet<string> =>
  new Set(Object.entries({ ...spec.data, ...spec.stringData }).flatMap(([name, value]) => (value === "" ? [] : [name])));

/** What a Secret lacks, in words that follow «has no»; absent where it lacks nothing. */
function lack(secret: StoredObject<"Secret">, wanted: "key" | "authorities"): string | undefined {
  const fields = fieldsOf(secret);
  if (wanted === "key") return KEY_PAIRS.some((pair) => pair.every((name) => fields.has(name))) ? undefined : "tls.crt and tls.key";
  return AUTHORITIES.some((name) => fields.has(name)) ? undefined : "ca.crt";
}

interface Reference {
  readonly written: string;
  readonly path: string;
  readonly wanted: "key" | "authorities";
}

function referencesOf(tls: ServerTls, path: string): readonly Reference[] {
  const named = (written: string | undefined, field: string, wanted: Reference["wanted"]): readonly Reference[] =>
    written ? [{ written, path: `${path}.${field}`, wanted }] : [];
  return [
    ...named(tls.credentialName, "credentialName", "key"),
    ...(tls.credentialNames ?? []).flatMap((written, index) => named(written, fieldPath("credentialNames", index), "key")),
    ...named(tls.caCertCredentialName, "caCertCredentialName", "authorities"),
  ];
}

function checkReference({ written, path, wanted }: Reference, namespaces: readonly string[], world: World): readonly Finding[] {
  // Another scheme than this one means another place than a Secret of the gateway's namespace.
  const name = written.replace(/^kubernetes:\/\//, "");
  if (name.includes("/")) return [];
  const missing = namespaces.find((namespace) => world.find("Secret", namespace, name) === undefined);
  if (missing !== undefined) return [finding("secretMissing", path, { value: `${missing}/${name}` })];
  return namespaces.slice(0, 1).flatMap((namespace) => {
    const secret = world.find("Secret", namespace, name);
    const what = secret && lack(secret, wanted);
    return what === undefined ? [] : [finding("secretIncomplete", path, { value: `${namespace}/${name}`, what })];
  });
}

/** Secrets that servers name are where the gateway's pods run, with what they are for. Asked only where Secrets may be read. */
export const serverSecrets: AnalysisRule<"Gateway"> = {
  id: "gateway/server-secrets",
  kinds: ["Gateway"],
  level: "warning",
  needs: ["Secret"],
  check: ({ spec: { selector = {}, servers = [] } }, world) => {
    const references = servers.flatMap(({ tls }, index) =>
      tls === undefined ? [] : referencesOf(tls, `${fieldPath("spec.servers", index)}.tls`),
    );
    if (references.length === 0) return [];
    const namespaces = runsIn(world, selector);
    return untilMany(references, "spec.servers", (reference) => checkReference(reference, namespaces, world));
  },
};
