import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, Scalar } from "yaml";

/** Where and why a text is no YAML. Line and column count from 1 within the text. */
export interface YamlFault {
  readonly fault: string;
  readonly line: number;
  readonly column: number;
}

/** A document of a YAML text, with the way back from a field to its line. Lines count from 1 within the text. */
export interface YamlDocument {
  /** Absent where the document is broken so badly that it has no value. */
  readonly value: unknown;
  readonly broken: readonly YamlFault[];
  /** Line of its first field. */
  readonly line: number;
  /** Line of a field, as `spec.http[2].route`; where it is absent, of the nearest parent that is there. */
  lineOf(path: string): number;
  /** Line on which the text of a string begins: for a block (`|`), the one below its key. */
  textLineOf(path: string): number;
}

export function readYaml(text: string): readonly YamlDocument[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false });
  return "empty" in documents ? [] : documents.map((document) => wrap(document, counter));
}

function wrap(document: Document, counter: LineCounter): YamlDocument {
  const lineAt = (offset: number | undefined): number => counter.linePos(offset ?? 0).line || 1;
  const broken = document.errors.map((error) => {
    const { line, col } = counter.linePos(error.pos[0]);
    return { fault: plainly(error.message), line, column: col };
  });
  const read = broken.length === 0 ? toValue(document) : { value: undefined };
  const root = isNode(document.contents) ? document.contents : undefined;
  const line = lineAt(root?.range?.[0] ?? document.range?.[0]);
  return {
    value: read.value,
    broken: read.fault === undefined ? broken : [{ fault: read.fault, line, column: 1 }],
    line,
    lineOf: (path) => lineAt(nodeAt(root, path).offset),
    textLineOf: (path) => {
      const { node, offset } = nodeAt(root, path);
      const block = isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED);
      return lineAt(block ? node.range?.[0] : offset) + (block ? 1 : 0);
    },
  };
}

/** An alias that expands without end is found only when the value is made. */
function toValue(document: Document): { readonly value: unknown; readonly fault?: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { value: undefined, fault: plainly((error as Error).message) };
  }
}

function plainly(message: string): string {
  return message.includes("call stack") ? "it is nested too deeply" : message.replaceAll(/\s+/g, " ");
}

const STEP = /\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g;

function nodeAt(root: Node | undefined, path: string): { readonly node: unknown; readonly offset: number | undefined } {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const [, quoted, index, plain] of path.matchAll(STEP)) {
    const step = index === undefined ? fieldOf(node, quoted ?? plain ?? "") : itemOf(node, Number(index));
    if (step === undefined) break;
    node = step.node;
    offset = step.offset;
  }
  return { node, offset };
}

interface Step {
  readonly node: unknown;
  readonly offset: number | undefined;
}

function fieldOf(node: unknown, name: string): Step | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  if (pair === undefined) return undefined;
  return { node: pair.value, offset: isNode(pair.key) ? pair.key.range?.[0] : undefined };
}

function itemOf(node: unknown, index: number): Step | undefined {
  const item = isSeq(node) ? node.items[index] : undefined;
  return isNode(item) ? { node: item, offset: item.range?.[0] } : undefined;
}
