import fc from "fast-check";
import { test } from "vitest";
import { schemaOf } from "../../src/api/dialect/node.ts";
import { KINDS, type KindInfo } from "../../src/api/kinds.ts";
import { judge } from "../../src/main/judges.ts";
import { parseYaml } from "../../src/main/read-values.ts";
import { validateObject } from "../../src/validation/validate-object.ts";
import { fitting } from "../property/validation/fitting.ts";
import { fuzz, MOST_YAML } from "./fuzz.ts";
import { jsonText, worsened } from "./hostile.ts";
import { smallMesh, smallWorld } from "./small-world.ts";
import { checkFindings } from "./well-formed.ts";

const ALL: readonly KindInfo[] = Object.values(KINDS);

function objectOf({ kind, group, versions, schema, bodyPath }: KindInfo): fc.Arbitrary<unknown> {
  const apiVersion = group === "" ? versions[0] : `${group}/${versions[0]}`;
  const head = { apiVersion, kind, metadata: { name: "x", namespace: "shop", labels: { app: "web" }, annotations: {} } };
  return fitting(schemaOf(schema)).map((body) => (bodyPath === "" ? { ...head, ...(body as object) } : { ...head, [bodyPath]: body }));
}

/** As the API server sends it, or as a user writes it. */
function readValue(input: Buffer): unknown {
  const text = input.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    // So long a text of YAML takes a second by its length alone; JSON may be as long as it likes.
    if (input.length > MOST_YAML) return undefined;
    const read = parseYaml(text);
    return read.ok ? read.value : undefined;
  }
}

test("any resource, well or badly written: judged, taken into a world, and built for a sidecar and a gateway", async () => {
  const [world, mesh] = [smallWorld(), smallMesh()];
  await fuzz({
    name: "resource",
    inputs: worsened(fc.oneof(...ALL.map(objectOf))).map((value) => Buffer.from(jsonText(value))),
    take: (input) => {
      const value = readValue(input);
      checkFindings(judge(value, world));
      // A refused one too: it may have been stored while no webhook looked.
      const { object } = validateObject(value);
      if (object !== undefined) mesh.meet(object);
    },
    counts: { usual: 1200, soak: 500_000 },
  });
});
