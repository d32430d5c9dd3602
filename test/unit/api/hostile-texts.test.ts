// Texts that Envoy takes nowhere, or not everywhere, in every field that takes a text: whatever is admitted is carried out, for what is left out
// behind its user's back is a rule without effect.
import { expect, test } from "vitest";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { OWN_KINDS, type OwnKind } from "../../../src/api/kinds.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { leaves, withValue } from "./effects/leaves.ts";
import { type MeshAtWork, meshAtWork, read } from "./effects/mesh-at-work.ts";
import { SCENES } from "./effects/scenes.ts";
import { scenesFor } from "./effects/verdict-of-field.ts";
import { worldFor } from "./effects/world.ts";

const HOSTILE = [
  "a\nb",
  "a\rb",
  "a\u0000b",
  "a\u007fb",
  "a\tb",
  " ",
  "é",
  "%",
  "%%",
  "\\1",
  "\\",
  "/",
  "*",
  "~",
  "a".repeat(300),
  "a".repeat(20_000),
];

/** Why what was made of a body would be left out; undefined where nothing is, or where it is refused. */
function leftOut(kind: OwnKind, mesh: MeshAtWork, spec: unknown): string | undefined {
  const { group, versions } = OWN_KINDS[kind];
  const raw = { apiVersion: `${group}/${versions[0]}`, kind, metadata: { name: "examined", namespace: "shop" }, spec };
  if (validateObject(raw).errors.length > 0) return undefined;
  try {
    mesh.sent(read(raw));
    return undefined;
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  }
}

test.each(Object.keys(OWN_KINDS) as readonly OwnKind[])("%s: no text is taken and then left out", (kind) => {
  const mesh = meshAtWork(worldFor(kind));
  const texts = leaves(schemaOf(OWN_KINDS[kind].schema)).filter(({ node }) => node.type === "string");
  const found = texts.flatMap(({ path }) =>
    scenesFor(SCENES[kind], path).flatMap(({ spec }) =>
      HOSTILE.flatMap((value) => {
        const reason = leftOut(kind, mesh, withValue(spec, path, value));
        return reason === undefined ? [] : [`${path} ${JSON.stringify(value.slice(0, 20))}: ${reason}`];
      }),
    ),
  );
  expect(found).toEqual([]);
});
