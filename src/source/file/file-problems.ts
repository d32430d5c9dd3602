import type { ObjectKey } from "../../api/object.ts";
import type { Log } from "../log.ts";
import type { ProblemList } from "../problem-list.ts";
import { sourceFinding } from "../source-finding.ts";
import type { SourceProblem } from "../source-problem.ts";
import type { Claim } from "./claims.ts";
import { type FileEntry, MESH_KEY } from "./file-entry.ts";
import type { FileChange } from "./folder-reader.ts";

/** Keeps the list of problems in step with what the files say. */
export interface FileProblems {
  fileChanged(change: FileChange): void;
  /** Tells of each place that claims a name another place has already. */
  nameChanged(key: ObjectKey, claims: readonly Claim[], first: Claim | undefined): void;
}

export function createFileProblems(problems: ProblemList, log: Log): FileProblems {
  const ofFile = new Map<string, readonly string[]>();
  return {
    fileChanged: (change) => {
      const found = change.fault === undefined ? problemsOf(change) : [unreadable(change.path, change.fault), ...standing(change.path)];
      const ids = found.map((problem) => problem.id);
      for (const id of ofFile.get(change.path) ?? []) if (!ids.includes(id)) problems.clear(id);
      ofFile.set(change.path, ids);
      for (const problem of found) problems.set(problem);
      tellIgnored(change, log);
    },
    nameChanged: (key, claims, first) => {
      const id = `name:${key}`;
      const others = claims.filter((claim) => claim !== first && claim.leaves === undefined);
      if (first === undefined || others.length === 0) return problems.clear(id);
      const other = placeOf(first);
      const findings = others.map((claim) =>
        sourceFinding("sameName", { object: key, other }, { path: "metadata.name", line: claim.entry.line }),
      );
      problems.set({ id, object: key, origin: others.map(placeOf).join(", "), findings });
    },
  };

  function standing(path: string): readonly SourceProblem[] {
    const ids = ofFile.get(path) ?? [];
    return problems.all().filter((problem) => ids.includes(problem.id) && problem.id !== `file:${path}`);
  }
}

const placeOf = (claim: Claim): string => `${claim.path}:${claim.entry.line}`;

function unreadable(path: string, fault: string): SourceProblem {
  return { id: `file:${path}`, origin: path, findings: [sourceFinding("unreadableFile", { fault })] };
}

/** The mesh configuration's own are told by who decides it. */
function problemsOf({ path, file }: FileChange): readonly SourceProblem[] {
  const wrong = (file?.entries ?? []).filter((entry) => entry.findings.length > 0 && entry.key !== MESH_KEY);
  return wrong.map((entry, index) => ({
    id: `${path}#${entry.key ?? `unnamed ${index}`}`,
    ...(entry.key && { object: entry.key }),
    origin: originOf(path, entry),
    findings: entry.findings,
  }));
}

/** A broken document has no first line worth naming: the place of the fault, then, down to the column. */
function originOf(path: string, entry: FileEntry): string {
  const fault = entry.faults?.[0];
  return fault === undefined ? `${path}:${entry.line}` : `${path}:${entry.findings[0]?.line ?? entry.line}:${fault.column}`;
}

function tellIgnored({ path, file }: FileChange, log: Log): void {
  for (const { ignored, line } of file?.entries ?? []) {
    if (ignored !== undefined) log.debug({ origin: `${path}:${line}`, kind: ignored }, "not a kind of ours, left alone");
  }
}
