import fc from "fast-check";
import { expect, test } from "vitest";
import { schemaOf } from "../../src/api/dialect/node.ts";
import { MeshConfigSchema } from "../../src/api/mesh/mesh-config.ts";
import { inject } from "../../src/injection/inject.ts";
import { readMeshConfig } from "../../src/source/mesh-config-text.ts";
import { printYaml } from "../../src/source/print-yaml.ts";
import { fitting } from "../property/validation/fitting.ts";
import { appPod, input as injectionInput } from "../unit/injection/injection-case.ts";
import { fuzz, MOST_YAML } from "./fuzz.ts";
import { jsonText, worsened } from "./hostile.ts";
import { smallMesh } from "./small-world.ts";
import { checkFindings } from "./well-formed.ts";

const configs = worsened(fitting(schemaOf(MeshConfigSchema)));

/** Names of fields in snake_case mean the same in protobuf's JSON. */
const snake = (text: string): string =>
  text.replaceAll(/"([a-z]+[A-Z]\w*)":/g, (whole) => whole.replaceAll(/[A-Z]/g, (x) => `_${x.toLowerCase()}`));

const texts = fc.oneof(
  configs.map(jsonText),
  configs.map((config) => snake(jsonText(config))),
  configs.map((config) => printYaml(JSON.parse(JSON.stringify(config)))),
);

test("any text of a mesh configuration: taken or refused with line and reason, and proxies and pods can be served with what is taken", async () => {
  const mesh = smallMesh();
  await fuzz({
    name: "mesh-config",
    inputs: texts.map((text) => Buffer.from(text)),
    take: (input) => {
      const read = readMeshConfig({ text: input.toString("utf8"), origin: "mesh.yaml:1" });
      if (!read.ok) {
        expect(read.error.length).toBeGreaterThan(0);
        checkFindings(read.error);
        return;
      }
      checkFindings(read.value.warnings);
      mesh.meet(read.value.object);
      inject(injectionInput(appPod(), { mesh: read.value.object.spec as object }));
    },
    mostBytes: MOST_YAML,
    counts: { usual: 1000, soak: 300_000 },
  });
});
