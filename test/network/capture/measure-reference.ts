// `node test/network/capture/measure-reference.ts DIR` measures where packets land under the rule sets that the reference's dry run printed (DIR/NAME.txt,
// one for each option set) and writes them down in verdicts/. Needs root. The rules themselves stay where they are.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CaptureLab, openCaptureLab } from "./capture-lab.ts";
import { measure } from "./measure.ts";
import { BASE, OPTION_SETS } from "./option-sets.ts";
import { PASSTHROUGH } from "./places.ts";
import { type ReferenceRules, readReferenceRules } from "./reference-rules.ts";
import type { Verdicts } from "./verdicts.ts";

function mustRun(lab: CaptureLab, command: readonly string[], input?: string): void {
  const run = lab.inPod(command, input);
  if (run.status !== 0) throw new Error(`${command.join(" ")}: ${run.stderr}`);
}

/** Rules of both families, and beside them what the reference does where it is not a dry run. */
function write(lab: CaptureLab, name: string, { program, v4, v6 }: ReferenceRules): void {
  const programs =
    program === "nft"
      ? [
          ["nft", "-f", "-"],
          ["nft", "-f", "-"],
        ]
      : [
          ["iptables-nft-restore", "--noflush"],
          ["ip6tables-nft-restore", "--noflush"],
        ];
  for (const [index, rules] of [v4, v6].entries()) mustRun(lab, programs[index] ?? [], rules);
  mustRun(lab, ["ip", "-6", "addr", "add", `${PASSTHROUGH.v6}/128`, "dev", "lo", "nodad"]);
  if (name !== "tproxy") return;
  for (const family of ["-4", "-6"]) {
    mustRun(lab, ["ip", family, "rule", "add", "fwmark", "1337", "lookup", "133"]);
    mustRun(lab, ["ip", family, "route", "add", "local", "default", "dev", "lo", "table", "133"]);
  }
}

function fileText(args: readonly string[], rows: Verdicts, base: Verdicts | undefined): string {
  const told = [...rows].filter(([name, verdict]) => base?.get(name) !== verdict);
  const flags = args.map((word) => (word === "" || word === "*" ? `'${word}'` : word)).join(" ");
  const what = base === undefined ? "where every call lands" : `what lands elsewhere than under ${BASE}`;
  return [`# istio-iptables ${flags}`, `# ${what}`, ...told.map(([name, verdict]) => `${name} → ${verdict}`), ""].join("\n");
}

const [folder = ""] = process.argv.slice(2);
const lab = await openCaptureLab();
try {
  let base: Verdicts | undefined;
  for (const [round, { name, args }] of OPTION_SETS.entries()) {
    const rules = readReferenceRules(readFileSync(join(folder, `${name}.txt`), "utf8"));
    const verdicts = await measure(lab, round, () => write(lab, name, rules));
    const text = fileText(args, verdicts, base);
    writeFileSync(join(import.meta.dirname, "verdicts", `${name}.txt`), text);
    console.log(`${name}: ${text.split("\n").length - 3} lines`);
    if (name === BASE) base = verdicts;
  }
} finally {
  await lab.close();
}
