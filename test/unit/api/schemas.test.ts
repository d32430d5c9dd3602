import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { conform } from "../../../src/api/conform.ts";
import { type SchemaJson, schemaOf } from "../../../src/api/dialect/node.ts";
import { KINDS as ALL_KINDS, type KindInfo, OWN_KINDS } from "../../../src/api/kinds.ts";
import { MeshConfigSchema } from "../../../src/api/mesh/mesh-config.ts";
import { ProxyConfigSchema } from "../../../src/api/mesh/proxy-config.ts";
import { crdFiles } from "../../../tools/crds.ts";

const KINDS: readonly KindInfo[] = Object.values(OWN_KINDS);

function nodes(node: SchemaJson, path: string): readonly (readonly [string, SchemaJson])[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([name, field]) => nodes(field, `${path}.${name}`));
  const items = node.items ? nodes(node.items, `${path}[]`) : [];
  const values = node.additionalProperties ? nodes(node.additionalProperties, `${path}{}`) : [];
  return [[path, node], ...inner, ...items, ...values];
}

/** What two texts have to differ in. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

describe("schemas", () => {
  it.each(KINDS)("every field of $kind has a type and no default", ({ schema }) => {
    const all = nodes(schemaOf(schema), "spec");
    expect(all.length).toBeGreaterThan(5);
    for (const [path, node] of all) {
      expect(node.type, path).toBeTypeOf("string");
      expect(Object.keys(node), path).not.toContain("default");
    }
  });

  const described: readonly (readonly [string, SchemaJson])[] = [
    ...KINDS.map(({ kind, schema }) => [kind, schemaOf(schema)] as const),
    ...KINDS.flatMap(({ kind, status }) => (status ? [[`status of ${kind}`, schemaOf(status)] as const] : [])),
    ["MeshConfig", schemaOf(MeshConfigSchema)],
  ];

  it.each(described)("every field of %s has a description that says more than its name", (_, schema) => {
    const all = nodes(schema, "");
    expect(all.length).toBeGreaterThan(5);
    for (const [path, { description = "" }] of all) {
      expect(plain(description).length, path).toBeGreaterThan(3);
      expect(plain(description), path).not.toBe(plain(path.slice(path.lastIndexOf(".") + 1)));
    }
  });

  const required = [
    ...Object.values(ALL_KINDS),
    { kind: "MeshConfig", schema: MeshConfigSchema },
    { kind: "ProxyConfig", schema: ProxyConfigSchema },
  ]
    .flatMap(({ kind, schema }) => nodes(schemaOf(schema), kind))
    .flatMap(([path, node]) => (node.required ?? []).map((name) => [`${path}.${name}`, node, name] as const));

  it.each(required)("%s, where it is missing, is asked for in one sentence", (_, node, name) => {
    const { findings } = conform(node, {}, "");
    const [{ message = "" } = {}] = findings.filter(({ path }) => path === name);
    expect(message).toMatch(/^is required; write [a-zA-Z]/);
    expect(message).not.toMatch(/: |\.$|\. |\bthe (?:an?|the|what|how|whether|which) /i);
    expect(message.length).toBeLessThan(200);
  });

  it("limits lists only where Istio's definitions do", () => {
    const limited = KINDS.flatMap(({ schema, kind }) => nodes(schemaOf(schema), kind).filter(([, node]) => node.maxItems !== undefined));
    expect(limited.map(([path, node]) => `${path} ${node.maxItems}`).filter((text) => text.startsWith("ServiceEntry"))).toEqual([
      "ServiceEntry.hosts 256",
      "ServiceEntry.addresses 256",
      "ServiceEntry.ports 256",
      "ServiceEntry.endpoints 4096",
    ]);
  });
});

describe("CRDs", () => {
  it("in the chart are what the schemas say", () => {
    const folder = resolve(import.meta.dirname, "../../../charts/fairlead/templates/crds");
    for (const [name, text] of crdFiles()) expect(readFileSync(resolve(folder, name), "utf8") === text, name).toBe(true);
  });

  it("are small enough for kubectl apply, which keeps a copy in an annotation", () => {
    for (const [name, text] of crdFiles()) expect(text.replaceAll(/^ +/gm, "").length, name).toBeLessThan(262_144);
  });
});
