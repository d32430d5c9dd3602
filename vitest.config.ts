// One project a layer: test/LAYER/**/*.test.ts. Fast layers run together; each of the others has the machine for itself, file after
// file, because it starts API servers, network namespaces and Envoys. Rising groupOrder makes the fast ones speak first.
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

interface Layer {
  readonly name: string;
  readonly seconds: number;
  readonly alone: boolean;
  /** Flags of Node for its processes. */
  readonly execArgv?: readonly string[];
}

const LAYERS: readonly Layer[] = [
  { name: "unit", seconds: 30, alone: false },
  { name: "property", seconds: 60, alone: false },
  { name: "golden", seconds: 20, alone: false },
  { name: "fuzz", seconds: 120, alone: true, execArgv: ["--expose-gc", "--max-old-space-size=1024"] },
  { name: "api-server", seconds: 120, alone: true },
  { name: "network", seconds: 120, alone: true },
  { name: "tutorials", seconds: 120, alone: true },
  { name: "cluster", seconds: 600, alone: true },
];

/** Long counts take their time; what ends a part of `make soak` is its own limit. */
const PATIENCE = process.env["FAIRLEAD_SOAK"] === "1" ? 360 : 1;

export default defineConfig({
  test: {
    reporters: ["./test/reporter/layers.ts"],
    env: { FAIRLEAD_ENVOY: process.env["FAIRLEAD_ENVOY"] ?? resolve(".cache/bin/envoy") },
    passWithNoTests: true, // the reporter decides, layer by layer
    projects: LAYERS.map((layer, index) => ({
      extends: true,
      test: {
        name: layer.name,
        include: [`test/${layer.name}/**/*.test.ts`],
        testTimeout: layer.seconds * 1000 * PATIENCE,
        hookTimeout: Math.max(60, layer.seconds) * 1000,
        expect: { poll: { timeout: layer.seconds * 500 } }, // what is waited for comes; how soon is not tested
        execArgv: [...(layer.execArgv ?? [])],
        fileParallelism: !layer.alone,
        ...(layer.alone ? { maxWorkers: 1 } : { maxWorkers: 2 }),
        sequence: { groupOrder: layer.alone ? index : 0 },
      },
    })),
  },
});
