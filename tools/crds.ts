// Writes charts/fairlead/templates/crds from the schemas of src/api. `--check` compares instead and ends with 1 where they differ.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { type SchemaJson, schemaOf } from "../src/api/dialect/node.ts";
import { type KindInfo, OWN_KINDS } from "../src/api/kinds.ts";

const FOLDER = resolve(import.meta.dirname, "../charts/fairlead/templates/crds");

const MADE = "Made by `node tools/crds.ts` from src/api; edit there.";
const FOOT = "{{- end }}\n";

/** Definitions are installed where nobody else did (templates/_crds.tpl). */
const headOf = (name: string): string => `# ${MADE}\n{{- if include "fairlead.installsCrd" (list $ "${name}") }}\n`;

const nameOf = ({ plural, group }: KindInfo): string => `${plural}.${group}`;

/** For who goes through all of them. */
function namesTemplate(kinds: readonly KindInfo[]): string {
  const lines = kinds.map((info) => `- ${nameOf(info)}\n`).sort();
  return `{{/* ${MADE} */}}\n{{- define "fairlead.crdNames" -}}\n${lines.join("")}{{- end -}}\n`;
}

/** A node as the API server takes it: without the marks that are ours alone. */
function crdNode(node: SchemaJson): object {
  const own = Object.entries(node).filter(([name]) => !name.startsWith("x-fairlead-"));
  return Object.fromEntries(own.map(([name, value]) => [name, crdPart(name, value)]));
}

function crdPart(name: string, value: unknown): unknown {
  if (name === "items" || name === "additionalProperties") return crdNode(value as SchemaJson);
  if (name !== "properties") return value;
  return Object.fromEntries(Object.entries(value as Record<string, SchemaJson>).map(([field, node]) => [field, crdNode(node)]));
}

function version(info: KindInfo, name: string): object {
  const spec = schemaOf(info.schema);
  const required = spec.required?.length ? { required: ["spec"] } : {};
  const properties = { spec: crdNode(spec), ...(info.status && { status: crdNode(schemaOf(info.status)) }) };
  const columns = info.columns.length > 0 ? { additionalPrinterColumns: info.columns } : {};
  return {
    name,
    served: true,
    storage: name === info.versions[0],
    subresources: { status: {} },
    ...columns,
    schema: { openAPIV3Schema: { type: "object", description: spec.description, ...required, properties } },
  };
}

/** The CustomResourceDefinition of a kind. */
export function crdOf(info: KindInfo): object {
  const { group, kind, plural, singular, shortNames, versions } = info;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: nameOf(info),
      labels: { "app.kubernetes.io/name": "fairlead", "app.kubernetes.io/part-of": "fairlead" },
      annotations: { "helm.sh/resource-policy": "keep" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        categories: ["istio-io", group.replaceAll(".", "-")],
        ...(shortNames.length > 0 && { shortNames }),
      },
      versions: versions.map((name) => version(info, name)),
    },
  };
}

/** File name → text of every definition. */
export function crdFiles(): ReadonlyMap<string, string> {
  const kinds: readonly KindInfo[] = Object.values(OWN_KINDS);
  const files = kinds.map((info) => {
    const text = stringify(crdOf(info), { lineWidth: 140, aliasDuplicateObjects: false });
    return [`${info.plural}.yaml`, headOf(nameOf(info)) + text + FOOT] as const;
  });
  return new Map([...files, ["_names.tpl", namesTemplate(kinds)]]);
}

function isCurrent(files: ReadonlyMap<string, string>): boolean {
  const there = readdirSync(FOLDER).sort();
  return (
    there.join() === [...files.keys()].sort().join() && there.every((name) => readFileSync(join(FOLDER, name), "utf8") === files.get(name))
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = crdFiles();
  mkdirSync(FOLDER, { recursive: true });
  if (!process.argv.includes("--check")) for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
  else if (!isCurrent(files)) {
    process.stderr.write("charts/fairlead/templates/crds is not what src/api says; run node tools/crds.ts\n");
    process.exitCode = 1;
  }
}
