import ts from "typescript";
import { complete, type Report } from "./report.ts";
import { placeOf, type SourceFile, sourceFiles } from "./source-files.ts";

// The world is touched in few places, so that everything else can be tested without it and gives the same answer twice.
const WORLDLY = /^src\/(main|source|agent|lab)\//;
const BEHIND_INTERFACES: readonly RegExp[] = [/^src\/base\/clock\.ts$/];

const DRAWERS = /(^|\/)(utils?|helpers?|common|types|misc|shared|lib)(\.ts$|\/)/;
const WORLD_MODULES = /^node:(fs|fs\/promises|child_process|timers|timers\/promises)$/;
const TIMERS = new Set(["setTimeout", "setInterval"]);
const CLOCKS = new Set(["Date.now", "performance.now", "process.hrtime"]);

/** Habits that no formatter knows: no drawers, no barrels, no state of a module, the world only where it is allowed. */
export function checkManners(root: string): Report {
  const files = sourceFiles(root, ["src"]);
  return complete({ checked: files.length, problems: files.flatMap(problemsOf) }, "file");
}

function problemsOf(file: SourceFile): readonly string[] {
  const worldly = WORLDLY.test(file.path) || BEHIND_INTERFACES.some((pattern) => pattern.test(file.path));
  return [
    ...(DRAWERS.test(file.path) ? [`${file.path}: a drawer; name the file after the one thing in it`] : []),
    ...(isBarrel(file) ? [`${file.path}: only passes on other files' exports; import those directly`] : []),
    ...file.ast.statements.flatMap((statement) => moduleState(file, statement)),
    ...(worldly ? [] : worldTouches(file)),
  ];
}

function isBarrel(file: SourceFile): boolean {
  const { statements } = file.ast;
  return (
    statements.length > 0 && statements.every((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined)
  );
}

function moduleState(file: SourceFile, statement: ts.Statement): readonly string[] {
  if (!ts.isVariableStatement(statement)) {
    return [];
  }
  const constant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
  return statement.declarationList.declarations
    .filter((declaration) => !constant || isFillable(declaration))
    .map(
      (declaration) =>
        `${placeOf(file, declaration)}: ${declaration.name.getText(file.ast)} is mutable state of the module; put it in what a function makes`,
    );
}

/** `new Map()` with nothing in it can only be meant to be filled, unless it was given a type that forbids it; a filled one is a table. */
function isFillable({ type, initializer }: ts.VariableDeclaration): boolean {
  const closed = type !== undefined && !/^(Weak)?(Map|Set)\b/.test(type.getText());
  if (closed || initializer === undefined || !ts.isNewExpression(initializer)) {
    return false;
  }
  return /^(Weak)?(Map|Set)$/.test(initializer.expression.getText()) && (initializer.arguments ?? []).length === 0;
}

function worldTouches(file: SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = touched(node);
    if (what !== undefined) {
      found.push(`${placeOf(file, node)}: ${what} belongs to src/main, src/source or src/agent, or behind an interface of src/base`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file.ast);
  return found;
}

function touched(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return WORLD_MODULES.test(node.moduleSpecifier.text) ? node.moduleSpecifier.text : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    return node.getText() === "process.env" ? "process.env" : undefined;
  }
  if (ts.isNewExpression(node)) {
    return /^new Date(\(\))?$/.test(node.getText()) ? "new Date()" : undefined;
  }
  return ts.isCallExpression(node) ? touchingCall(node.expression.getText()) : undefined;
}

function touchingCall(name: string): string | undefined {
  const bare = name.replace(/^globalThis\./, "");
  return TIMERS.has(bare) || CLOCKS.has(bare) ? bare : undefined;
}
