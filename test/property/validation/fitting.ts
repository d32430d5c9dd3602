import fc from "fast-check";
import type { SchemaJson } from "../../../src/api/dialect/node.ts";

/** Text that rules look at: hosts, addresses, names, regular expressions, nonsense. */
const TEXT = fc.oneof(
  fc.constantFrom(
    "",
    "*",
    "a",
    "a.b",
    "*.a.b",
    "*a.b",
    "10.0.0.1",
    "10.0.0.0/8",
    "ns/a.b",
    "./*",
    "~",
    ".",
    "HTTP",
    "TLS",
    "unix:///a",
    "mesh",
  ),
  fc.constantFrom("(", "^a$", "%", "%A%", ":authority", "x-a", "5xx", "UNAVAILABLE", "__proto__", "constructor"),
  fc.string({ maxLength: 8 }),
);

/** Values that fit a schema, and mostly mean nothing. */
export function fitting(node: SchemaJson, depth = 0): fc.Arbitrary<unknown> {
  if (node.enum) return fc.constantFrom(...node.enum);
  if (node.type === "string") return node.pattern ? fc.constantFrom("1s", "10ms", "1us", "0s", "1h2.5s") : TEXT;
  if (node.type === "integer") return fc.oneof(fc.constantFrom(0, 80, 443, 70_000), fc.integer({ min: node.minimum ?? -5, max: 100_000 }));
  if (node.type === "number") return fc.double({ noNaN: true, noDefaultInfinity: true, min: node.minimum ?? -1, max: node.maximum ?? 101 });
  if (node.type === "boolean") return fc.boolean();
  if (node.items) return fc.array(fitting(node.items, depth + 1), { maxLength: 3, minLength: node.minItems ?? 0 });
  if (node.additionalProperties) return fc.dictionary(TEXT, fitting(node.additionalProperties, depth + 1), { maxKeys: 2 });
  const required = node.required ?? [];
  const names = Object.keys(node.properties ?? {}).filter((name) => depth < 7 || required.includes(name));
  const fields = Object.fromEntries(names.map((name) => [name, fitting(node.properties?.[name] ?? {}, depth + 1)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => names.includes(name)) as never[] });
}
