// Writes charts/CHART/values.schema.json from charts/CHART/values.yaml: the defaults give the types, the comments the rest.
//
//   # -- What the value does.              its description, up to the next line of another kind
//   # @schema {minimum: 1}                 JSON Schema in YAML, laid over what the default says
//   replicaCount: 2                        {type: integer}
//
// A map with keys takes no others; an empty list or map says by @schema what it holds. `--check` compares instead of writing, and ends
// with 1 where they differ.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMap, isScalar, isSeq, type Node, type Pair, parse, parseDocument, type YAMLMap } from "yaml";
import { writeGenerated } from "./generated-files.ts";

type Schema = Readonly<Record<string, unknown>>;

const CHARTS = resolve(import.meta.dirname, "../charts");
export const CHART_NAMES = ["fairlead", "gateway"] as const;

const LABELS = { type: "object", additionalProperties: { type: "string" } };

/** Shapes of Kubernetes that several values have: `{$ref: "#/definitions/labels"}`. */
const DEFINITIONS: Schema = {
  labels: LABELS,
  quantities: { type: "object", additionalProperties: { type: ["string", "number"] } },
  resources: {
    type: "object",
    properties: {
      requests: { $ref: "#/definitions/quantities" },
      limits: { $ref: "#/definitions/quantities" },
      claims: { type: "array", items: { type: "object" } },
    },
    additionalProperties: false,
  },
  servicePort: {
    type: "object",
    required: ["name", "port"],
    properties: {
      name: { type: "string" },
      port: { type: "integer", minimum: 1, maximum: 65535 },
      targetPort: { type: ["integer", "string"] },
      protocol: { enum: ["TCP", "UDP", "SCTP"] },
      nodePort: { type: "integer" },
      appProtocol: { type: "string" },
    },
    additionalProperties: false,
  },
  labelSelector: {
    type: "object",
    properties: {
      matchLabels: LABELS,
      matchExpressions: {
        type: "array",
        items: {
          type: "object",
          required: ["key", "operator"],
          properties: {
            key: { type: "string" },
            operator: { enum: ["In", "NotIn", "Exists", "DoesNotExist"] },
            values: { type: "array", items: { type: "string" } },
          },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
};

interface Told {
  readonly description?: string;
  readonly schema?: Schema;
}

/** The comment lines right above a line of the text, with nothing between. */
function commentAbove(lines: readonly string[], line: number): readonly string[] {
  const above = lines.slice(0, line).map((text) => text.trim());
  const first = above.findLastIndex((text) => !text.startsWith("#")) + 1;
  return above.slice(first).map((text) => text.slice(1).trim());
}

const MARK = "@schema ";

function told(comment: readonly string[]): Told {
  const marks = comment.filter((line) => line.startsWith(MARK)).map((line) => parse(line.slice(MARK.length)) as Schema);
  const words = comment.filter((line) => !line.startsWith(MARK));
  const start = words.findLastIndex((line) => line.startsWith("-- "));
  const description = start < 0 ? "" : words.slice(start).join(" ").slice(3);
  return {
    ...(description !== "" && { description }),
    ...(marks.length > 0 && { schema: Object.assign({}, ...marks) as Schema }),
  };
}

interface Text {
  readonly file: string;
  readonly lines: readonly string[];
  lineOf(offset: number): number;
}

function scalarSchema(value: unknown): Schema {
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number" };
  return { type: "string" };
}

function mapSchema(map: YAMLMap, text: Text, path: string): Schema {
  const pairs = map.items as readonly Pair<Node, Node>[];
  const properties = pairs.map((pair) => {
    const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
    return [name, pairSchema(pair, text, path === "" ? name : `${path}.${name}`)] as const;
  });
  return { type: "object", properties: Object.fromEntries(properties), additionalProperties: false };
}

function inferred(value: Node | null, text: Text, path: string): Schema | undefined {
  if (isMap(value)) return value.items.length > 0 ? mapSchema(value, text, path) : undefined;
  if (isSeq(value)) return undefined;
  return isScalar(value) && value.value !== null ? scalarSchema(value.value) : undefined;
}

function pairSchema({ key, value }: Pair<Node, Node>, text: Text, path: string): Schema {
  const { description, schema } = told(commentAbove(text.lines, text.lineOf(key.range?.[0] ?? 0)));
  // Beside a reference nothing counts, in draft 7.
  const own = schema?.["$ref"] === undefined ? inferred(value, text, path) : undefined;
  if (own === undefined && schema === undefined) {
    throw new Error(`${text.file}: ${path}: its default does not say what it holds; write # ${MARK}{…} above it`);
  }
  return { ...(description !== undefined && { description }), ...own, ...schema };
}

/** The schema of a `values.yaml`. `title` heads it. Throws where a value is not told enough about. */
export function valuesSchema(yaml: string, title: string): Schema {
  const document = parseDocument(yaml);
  const lines = yaml.split("\n");
  const text = { file: title, lines, lineOf: (offset: number) => yaml.slice(0, offset).split("\n").length - 1 };
  const { properties, ...root } = mapSchema(document.contents as YAMLMap, text, "") as { properties: Schema };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title,
    ...root,
    // helm gives every chart that is part of another one its parent's globals.
    properties: { ...properties, global: properties["global"] ?? { type: "object" } },
    definitions: DEFINITIONS,
  };
}

/** Path → text of every schema. */
export function valuesSchemas(): ReadonlyMap<string, string> {
  return new Map(
    CHART_NAMES.map((chart) => {
      const schema = valuesSchema(readFileSync(join(CHARTS, chart, "values.yaml"), "utf8"), `Values of the chart ${chart}`);
      return [join(CHARTS, chart, "values.schema.json"), `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeGenerated(valuesSchemas(), "values.yaml", "tools/values-schema.ts");
}
