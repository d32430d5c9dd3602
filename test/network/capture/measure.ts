import type { CaptureLab } from "./capture-lab.ts";
import { allProbes } from "./probes.ts";
import { HELD, type Verdicts, verdictOf } from "./verdicts.ts";

/** Puts rules in force in a pod that has none, makes every call, and tells where each landed. `round` is another number each time. */
export async function measure(lab: CaptureLab, round: number, write: () => void): Promise<Verdicts> {
  lab.flush();
  await lab.hold();
  write();
  // What the kernel remembers of a query under other rules must not answer for these.
  const probes = allProbes(FIRST_PORT + round);
  const landed = await lab.landings(probes);
  const answered = await lab.askHeld();
  return new Map([
    ...probes.map((probe) => [probe.name, verdictOf(probe, landed.get(probe.name) ?? "not made")] as const),
    [HELD, answered],
  ]);
}

const FIRST_PORT = 20_000;
