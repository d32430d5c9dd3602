// Writes docs/fields.md from src/api/unbuilt. `--check` compares instead and ends with 1 where they differ.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type SchemaJson, schemaOf } from "../src/api/dialect/node.ts";
import { isOwnKind, OWN_KINDS } from "../src/api/kinds.ts";
import { MeshConfigSchema } from "../src/api/mesh/mesh-config.ts";
import { ProxyConfigSchema } from "../src/api/mesh/proxy-config.ts";
import type { UnbuiltField } from "../src/api/unbuilt/unbuilt-field.ts";
import { UNBUILT_FIELDS, UNBUILT_KINDS, type UnbuiltKind } from "../src/api/unbuilt/unbuilt-fields.ts";
import { MESH_ANNOTATIONS } from "../src/validation/metadata/mesh-annotations.ts";
import { MESH_LABELS } from "../src/validation/metadata/mesh-labels.ts";
import { isIdle } from "../src/validation/metadata/mesh-name.ts";
import { writeGenerated } from "./generated-files.ts";

const FILE = resolve(import.meta.dirname, "../docs/fields.md");

const HEAD = `# Fields that are not carried out yet

These fields are taken and kept, and whoever writes one is told so by a warning (FL0121 in [messages.md](messages.md)) that names it: nothing is
silently ignored. Every other field of these kinds does what Istio's reference says, but for [what differs](differences.md). \`[]\` stands for any
entry of a list, \`{}\` for any of a map; behind a colon stands the one value that is meant.

This page is made from \`src/api/unbuilt\` by \`node tools/fields.ts\`.
`;

/** The node of a schema at a pattern of a path. */
export function nodeAt(schema: SchemaJson, pattern: string): SchemaJson {
  const [path = ""] = pattern.split("=");
  return path.split(/\.|(?=\[\]|\{\})/).reduce((node, name) => {
    const next = name === "[]" ? node.items : name === "{}" ? node.additionalProperties : node.properties?.[name];
    if (next === undefined) throw new Error(`${pattern} is no field: there is no ${name}`);
    return next;
  }, schema);
}

/** The schema that the fields of a kind are looked up in. */
export function schemaOfKind(kind: UnbuiltKind): SchemaJson {
  if (isOwnKind(kind)) return schemaOf(OWN_KINDS[kind].schema);
  return schemaOf(kind === "MeshConfig" ? MeshConfigSchema : ProxyConfigSchema);
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** Paths that mean the same stand in one row. */
function rows(kind: UnbuiltKind, { paths, meanwhile, instead, only }: UnbuiltField): readonly string[] {
  const prefix = isOwnKind(kind) ? "spec." : "";
  const values = only === undefined ? "" : `: ${only}`;
  const byMeaning = Map.groupBy(paths, (path) => nodeAt(schemaOfKind(kind), path).description ?? "");
  return [...byMeaning].map(([purpose, alike]) => {
    const names = alike.map((path) => `\`${prefix}${path.replace("=", ": ")}${values}\``);
    const texts = [purpose, sentence(meanwhile), instead === undefined ? "" : sentence(instead)];
    return `| ${[names.join("<br>"), ...texts.map(cell)].join(" | ")} |`;
  });
}

const INTRODUCTIONS: { readonly [K in UnbuiltKind]?: string } = {
  ProxyConfig: "Settings of proxies: `defaultConfig` of the MeshConfig, and the annotation `proxy.istio.io/config` of pods.\n\n",
};

function chapter(kind: UnbuiltKind): string {
  // The settings of proxies have a chapter of their own.
  const fields = UNBUILT_FIELDS[kind].filter(({ paths }) => !paths[0]?.startsWith("defaultConfig."));
  const lines = fields.flatMap((field) => rows(kind, field));
  const head = `## ${kind}\n\n${INTRODUCTIONS[kind] ?? ""}`;
  if (lines.length === 0) return `${head}Every field is carried out.\n`;
  return `${head}| field | what it is for | meanwhile | instead |\n|---|---|---|---|\n${lines.join("\n")}\n`;
}

function metadata(): string {
  const lines = [...MESH_ANNOTATIONS, ...MESH_LABELS].flatMap(({ sort, name, use }) => {
    if (!isIdle(use)) return [];
    const { meanwhile, instead, unless = [] } = use;
    const fine = unless.length === 0 ? "" : ` other than ${["false", "true"].find((word) => unless.includes(word)) ?? unless.join(", ")}`;
    const texts = [`${sort} \`${name}\`${fine}`, sentence(meanwhile), instead === undefined ? "" : sentence(instead)];
    return [`| ${texts.map(cell).join(" | ")} |`];
  });
  return `## Labels and annotations\n\n| name | meanwhile | instead |\n|---|---|---|\n${lines.join("\n")}\n`;
}

/** The whole page. */
export function fieldsPage(): string {
  return [HEAD, ...UNBUILT_KINDS.map(chapter), metadata()].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeGenerated([[FILE, fieldsPage()]], "src/api/unbuilt", "tools/fields.ts");
}
