import { OF_CLUSTER, OF_DOCUMENTS } from "../analysis/knowledge.ts";
import { createWorld } from "../analysis/live-world.ts";
import type { World } from "../analysis/world.ts";
import { fileOf, findingLine } from "../cli/finding-line.ts";
import type { ValidateOptions } from "../cli/program.ts";
import { render, type Terminal } from "../cli/render.ts";
import { type DocumentVerdict, verdictsAsText } from "../cli/verdict.ts";
import { readFolder } from "../source/file/read-folder.ts";
import { printYaml } from "../source/print-yaml.ts";
import type { SourceProblem } from "../source/source-problem.ts";
import { manifestsOf } from "./manifests-of.ts";
import { identityOfKey, type Subject, subjectsOf, toldOf } from "./subjects-of.ts";
import { standardTerminal } from "./terminal.ts";

function verdictOf(subject: Subject, world: World | undefined): DocumentVerdict {
  const { file, place, identity, foreign } = subject;
  const findings = toldOf(subject, world);
  const errors = findings.filter((finding) => finding.level === "error");
  const warnings = findings.filter((finding) => finding.level === "warning");
  const verdict = { source: `${file}:${place.line}`, ...identity, valid: errors.length === 0, errors, warnings };
  return foreign ? { ...verdict, judged: false } : verdict;
}

/** What the world has that is not in force there: a reference to it is judged as if it were missing. What is only doubtful is in force. */
function tellProblems(terminal: Terminal, where: string, problems: readonly SourceProblem[]): void {
  for (const { object, origin = "", findings } of problems) {
    const errors = findings.filter(({ level }) => level === "error");
    const about = (line: number | undefined) => ({ ...identityOfKey(object), file: fileOf(origin, line) });
    terminal.err(errors.map((finding) => `in ${where}: ${findingLine(terminal, about(finding.line), finding)}`).join(""));
  }
}

async function worldOf(options: ValidateOptions, terminal: Terminal): Promise<World | undefined> {
  const { with: named, istioNamespace } = options;
  if (named === undefined) return undefined;
  const cluster = named === "cluster";
  const contents = cluster
    ? await (await import("./cluster-contents.ts")).clusterContents(options)
    : await readFolder(named, istioNamespace);
  tellProblems(terminal, cluster ? "the cluster" : named, contents.problems);
  return createWorld(contents.objects, cluster ? OF_CLUSTER : OF_DOCUMENTS);
}

/** Exit 0: all valid; 1: something invalid. What cannot be read rejects. */
export async function runValidate(options: ValidateOptions): Promise<number> {
  const terminal = standardTerminal();
  const world = await worldOf(options, terminal);
  const manifests = await manifestsOf(options.filename);
  const subjects = manifests.flatMap((manifest) => subjectsOf(manifest, options.istioNamespace));
  const results = subjects.map((subject) => verdictOf(subject, world));
  terminal.out(render({ results }, options.output, () => verdictsAsText(terminal, results), printYaml));
  return results.every((result) => result.valid) ? 0 : 1;
}
