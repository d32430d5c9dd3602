import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BASE } from "./option-sets.ts";
import { ADDRESSES } from "./places.ts";
import type { Probe } from "./probes.ts";

/** Where each call landed, by its name. */
export type Verdicts = ReadonlyMap<string, string>;

/** Name of the call that was open before the rules came. */
export const HELD = "v4 world tcp held-from-before";

/**
 * An answerer's words as a verdict: `passed` where the one called answered, `15001` where Envoy took it there and knows who was called,
 * `15053` where the agent's DNS took it.
 */
export function verdictOf(probe: Pick<Probe, "host" | "port">, landed: string): string {
  if (landed === `${probe.host} ${probe.port}`) return "passed";
  const [, port, address, calledPort] = /^(15001|15006) for (\S+) (\d+)$/.exec(landed) ?? [];
  if (port !== undefined)
    return address === probe.host && Number(calledPort) === probe.port ? port : `${port} for ${address}:${calledPort}`;
  const dns = Object.values(ADDRESSES).some(({ loopback }) => landed === `${loopback} 15053`);
  return dns ? "15053" : landed;
}

/** The recorded verdicts under one option set: those of the base, and over them what is different. */
export function recordedVerdicts(name: string): Verdicts {
  const base = readVerdicts(BASE);
  return name === BASE ? base : new Map([...base, ...readVerdicts(name)]);
}

const fileOf = (name: string): string => join(import.meta.dirname, "verdicts", `${name}.txt`);

function readVerdicts(name: string): Verdicts {
  const lines = readFileSync(fileOf(name), "utf8").split("\n");
  const rows = lines.filter((line) => line.includes(" → ")).map((line) => line.split(" → ") as [string, string]);
  return new Map(rows);
}
