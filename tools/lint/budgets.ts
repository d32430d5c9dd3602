import { functionsOf } from "./functions.ts";
import { complete, type Report } from "./report.ts";
import { placeOf, type SourceFile, sourceFiles } from "./source-files.ts";

// The house's figures: where half of the files and functions stay, where all but one in twenty stay, and where none goes.
const FILE = { half: 120, most: 350, hard: 500 };
const FUNCTION = { half: 12, most: 40, hard: 80 };
const COMPLEXITY = 10;
const NESTING = 3;
const PARAMETERS = 4;
// Percentiles say something only about a crowd.
const CROWD = 20;

/** Sizes of files and functions. Tests are held to the size of a file only: a `describe` is a chapter, not a function. */
export function checkBudgets(root: string): Report {
  const files = sourceFiles(root, ["src", "tools"]);
  const tests = sourceFiles(root, ["test"]);
  const problems = [
    ...[...files, ...tests].flatMap(fileProblems),
    ...files.flatMap(functionProblems),
    ...percentileProblems("file", files.map(linesOf), FILE),
    ...percentileProblems("function", files.flatMap(functionLengths), FUNCTION),
  ];
  return complete({ checked: files.length, problems }, "file");
}

function linesOf(file: SourceFile): number {
  return file.ast.getLineStarts().length - 1;
}

function functionLengths(file: SourceFile): readonly number[] {
  return functionsOf(file)
    .filter(({ named }) => named)
    .map(({ lines }) => lines);
}

function fileProblems(file: SourceFile): readonly string[] {
  return linesOf(file) > FILE.hard ? [`${file.path}: ${linesOf(file)} lines, no file has more than ${FILE.hard}: split it by concept`] : [];
}

function functionProblems(file: SourceFile): readonly string[] {
  return functionsOf(file).flatMap((size) => {
    const over = [
      { what: "lines", is: size.lines, limit: FUNCTION.hard },
      { what: "paths (cyclomatic complexity)", is: size.complexity, limit: COMPLEXITY },
      { what: "levels of nesting", is: size.nesting, limit: NESTING },
      { what: "parameters", is: size.parameters, limit: PARAMETERS },
    ].filter(({ is, limit }) => is > limit);
    return over.map(({ what, is, limit }) => `${placeOf(file, size.node)}: ${size.name} has ${is} ${what}, the limit is ${limit}`);
  });
}

function percentileProblems(what: string, sizes: readonly number[], budget: { half: number; most: number }): readonly string[] {
  if (sizes.length < CROWD) {
    return [];
  }
  const sorted = sizes.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return [
    ...(at(0.5) > budget.half ? [`the median ${what} has ${at(0.5)} lines, the budget is ${budget.half}`] : []),
    ...(at(0.95) > budget.most ? [`one ${what} in twenty has more than ${at(0.95)} lines, the budget is ${budget.most}`] : []),
  ];
}
