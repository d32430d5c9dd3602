// Packets sent through our rules land where they land under the reference's: `verdicts/` holds what was measured there (measure-reference.ts).
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CaptureLab, openCaptureLab } from "./capture-lab.ts";
import { FURTHER_SETS } from "./further-sets.ts";
import { measure } from "./measure.ts";
import { OPTION_SETS } from "./option-sets.ts";
import { recordedVerdicts, type Verdicts } from "./verdicts.ts";

/** As `make build` leaves it: what runs in a pod. */
const COMMAND = [process.execPath, "dist/agent.js", "istio-iptables"];

let lab: CaptureLab;
let round = 0;

/** Writes the rules as a pod's init container does, and sends everything. */
function land(args: readonly string[]): Promise<Verdicts> {
  return measure(lab, round++, () => {
    const run = lab.inPod([...COMMAND, ...args]);
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
  });
}

/** The rows that differ, so that a failure names the packets and not the whole matrix. */
function differences(landed: Verdicts, expected: Verdicts): Readonly<Record<string, string>> {
  const names = new Set([...landed.keys(), ...expected.keys()]);
  const different = [...names].filter((name) => landed.get(name) !== expected.get(name));
  return Object.fromEntries(different.map((name) => [name, `${landed.get(name)} instead of ${expected.get(name)}`]));
}

describe.skipIf(process.getuid?.() !== 0)("what is captured", () => {
  beforeAll(async () => {
    lab = await openCaptureLab();
  });
  afterAll(() => lab?.close());

  test.each(OPTION_SETS)("$name: every packet lands where the reference's rules lead it", async ({ name, args }) => {
    const landed = await land(args);
    expect(landed.size).toBeGreaterThan(250);
    expect(differences(landed, recordedVerdicts(name))).toEqual({});
  });

  test.each(FURTHER_SETS)("$name", async ({ args, beside, different }) => {
    const expected = new Map([...recordedVerdicts(beside), ...Object.entries(different)]);
    expect(differences(await land(args), expected)).toEqual({});
  });

  test("without rules nothing is captured", async () => {
    const landed = await measure(lab, round++, () => undefined);
    const captured = [...landed].filter(([name, verdict]) => verdict !== "passed" && !/:(15001|15006)$/.test(name));
    expect(captured).toEqual([
      ["v6 proxy-handing-on tcp own:8080", "EADDRNOTAVAIL"],
      ["v4 world tcp held-from-before", "answered"],
    ]);
  });
});
