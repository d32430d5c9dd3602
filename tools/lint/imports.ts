import { cruise, type ICruiseResult, type IReporterOutput } from "dependency-cruiser";
import { CRUISE_OPTIONS, IMPORT_RULES } from "./import-rules.ts";
import { complete, type Report } from "./report.ts";

/** Import ranks, package pins and cycles of `root/src`, by .dependency-cruiser.mjs. */
export async function checkImports(root: string): Promise<Report> {
  const answer: IReporterOutput = await cruise(["src"], {
    ...CRUISE_OPTIONS,
    baseDir: root,
    ruleSet: { forbidden: [...IMPORT_RULES] },
    validate: true,
  });
  const { modules, summary } = answer.output as ICruiseResult;
  const ours = modules.filter((module) => module.source.startsWith("src/") && !module.source.startsWith("src/gen/"));
  const reasons = new Map(IMPORT_RULES.map((rule) => [rule.name, rule.comment ?? ""]));
  const problems = summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name} (${reasons.get(rule.name)})`);
  return complete({ checked: ours.length, problems: [...new Set(problems)] }, "module");
}
