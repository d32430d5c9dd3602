import ts from "typescript";
import type { SourceFile } from "./source-files.ts";

/** Measures of one function; nested functions are measured on their own. */
export interface FunctionSize {
  readonly node: ts.Node;
  readonly name: string;
  /** Declared, a method, or assigned to a name; other closures count for the hard limits only. */
  readonly named: boolean;
  readonly lines: number;
  /** Cyclomatic: 1 + decisions. */
  readonly complexity: number;
  readonly nesting: number;
  readonly parameters: number;
}

type FunctionNode = ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody };

export function functionsOf(file: SourceFile): readonly FunctionSize[] {
  const found: FunctionSize[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) {
      found.push(measure(file, node));
    }
    ts.forEachChild(node, visit);
  };
  visit(file.ast);
  return found;
}

function isFunction(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

function measure(file: SourceFile, node: FunctionNode): FunctionSize {
  const start = file.ast.getLineAndCharacterOfPosition(node.getStart(file.ast)).line;
  const end = file.ast.getLineAndCharacterOfPosition(node.getEnd()).line;
  const name = nameOf(node);
  return {
    node,
    name: name ?? "closure",
    named: name !== undefined,
    lines: end - start + 1,
    complexity: 1 + decisions(node.body),
    nesting: depth(node.body, 0),
    parameters: node.parameters.filter((parameter) => parameter.name.getText(file.ast) !== "this").length,
  };
}

function nameOf(node: FunctionNode): string | undefined {
  if (node.name !== undefined) {
    return node.name.getText();
  }
  if (ts.isConstructorDeclaration(node)) {
    return "constructor";
  }
  const { parent } = node;
  return (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.initializer === node
    ? parent.name.getText()
    : undefined;
}

const DECIDING = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CaseClause,
]);

const SHORT_CIRCUITS = new Set([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken]);

function decisions(node: ts.Node): number {
  const own = DECIDING.has(node.kind) || (ts.isBinaryExpression(node) && SHORT_CIRCUITS.has(node.operatorToken.kind)) ? 1 : 0;
  return own + sumOfChildren(node, (child) => (isFunction(child) ? 0 : decisions(child)));
}

function sumOfChildren(node: ts.Node, value: (child: ts.Node) => number): number {
  let sum = 0;
  ts.forEachChild(node, (child) => {
    sum += value(child);
  });
  return sum;
}

const NESTING = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.TryStatement,
]);

function depth(node: ts.Node, level: number): number {
  const elseIf = ts.isIfStatement(node) && ts.isIfStatement(node.parent) && node.parent.elseStatement === node;
  const here = NESTING.has(node.kind) && !elseIf ? level + 1 : level;
  let deepest = here;
  ts.forEachChild(node, (child) => {
    deepest = Math.max(deepest, isFunction(child) ? here : depth(child, here));
  });
  return deepest;
}
