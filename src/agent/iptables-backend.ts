import { spawnSync } from "node:child_process";
import { err, ok, type Result } from "../base/result.ts";
import type { Family } from "../iptables/iptables-options.ts";
import { parseSaved, type SavedRules } from "../iptables/saved-rules.ts";

/** Which of the kernel's two rule engines is spoken to. */
export type Backend = "nft" | "legacy";

/** The engine for one family, and the rules that it holds now. */
export interface ChosenBackend {
  readonly backend: Backend;
  readonly saved: SavedRules;
}

/**
 * The engine that this family's own rules use: rules of both at once are evaluated, but nobody expects it. One that cannot even
 * be read is not chosen: what it holds is unknown, so nothing can be put in its place. The error says why neither can be.
 */
export function chooseBackend(family: Family, read: ReadRules = readRules): Result<ChosenBackend, string> {
  const nft = read(family, "nft");
  const legacy = read(family, "legacy");
  if (!nft.ok && !legacy.ok) {
    return err(`${nft.error}; ${legacy.error}`);
  }
  if (legacy.ok && (!nft.ok || (count(nft.value) === 0 && count(legacy.value) > 0))) {
    return ok({ backend: "legacy", saved: legacy.value });
  }
  return nft.ok ? ok({ backend: "nft", saved: nft.value }) : nft;
}

/** The error is what the program said. */
export type ReadRules = (family: Family, backend: Backend) => Result<SavedRules, string>;

const count = (rules: SavedRules): number => [...rules.values()].reduce((sum, table) => sum + table.rules.length, 0);

const readRules: ReadRules = (family, backend) => {
  const saved = runProgram(`${commandOf(family, backend)}-save`, []);
  return saved.ok ? ok(parseSaved(saved.value)) : saved;
};

/** Puts a restore text in force, all of it or nothing; what the kernel or the program said where it did not. */
export function restore(family: Family, backend: Backend, text: string): string | undefined {
  const run = runProgram(`${commandOf(family, backend)}-restore`, ["-w", "--noflush"], text);
  return run.ok ? undefined : run.error;
}

const commandOf = (family: Family, backend: Backend): string => `${family === "v4" ? "iptables" : "ip6tables"}-${backend}`;

/** Its output, or what went wrong. */
export function runProgram(name: string, args: readonly string[], input = ""): Result<string, string> {
  const run = spawnSync(name, args, { input, encoding: "utf8" });
  if (run.status === 0) return ok(run.stdout);
  return err(`${name}: ${(run.stderr || run.error?.message || `ended with status ${run.status}`).trim()}`);
}
