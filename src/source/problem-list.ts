import { isDeepStrictEqual } from "node:util";
import type { Log } from "./log.ts";
import type { Report, SourceProblem } from "./source-problem.ts";

/** The problems that stand, told once each: a problem that is set again unchanged says nothing. */
export interface ProblemList {
  set(problem: SourceProblem): void;
  clear(id: string): void;
  ids(): readonly string[];
  all(): readonly SourceProblem[];
}

export function createProblemList(log: Log, report: Report): ProblemList {
  const standing = new Map<string, SourceProblem>();
  return {
    set: (problem) => {
      if (isDeepStrictEqual(standing.get(problem.id), problem)) return;
      standing.set(problem.id, problem);
      tell(log, problem);
      report({ type: "problem", problem });
    },
    clear: (id) => {
      const problem = standing.get(id);
      if (problem === undefined) return;
      standing.delete(id);
      log.info({ object: problem.object, origin: problem.origin }, "configuration problem is gone");
      report({ type: "cleared", problem });
    },
    ids: () => [...standing.keys()],
    all: () => [...standing.values()],
  };
}

function tell(log: Log, problem: SourceProblem): void {
  for (const finding of problem.findings) {
    const fields = {
      object: problem.object,
      origin: problem.origin,
      path: finding.path,
      line: finding.line,
      code: finding.code,
      reason: finding.message,
    };
    if (finding.level === "error") log.error(fields, "configuration is not taken in, the last good version stays in force");
    else log.warn(fields, "configuration is doubtful");
  }
}
