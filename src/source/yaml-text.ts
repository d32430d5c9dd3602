import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, parseAllDocuments, Scalar } from "yaml";
import { type PathStep, pathSteps } from "../api/named-path.ts";
import { isTooBig } from "./expanded-size.ts";
import { type JsonPart, readJson } from "./json-text.ts";
import { createPlaces, type Place } from "./place.ts";
import { duplicateKey, textFaults } from "./yaml-faults.ts";
import { KUBERNETES_SCHEMA } from "./yaml-schema.ts";

/** Where and why a text is no YAML. Line and column count from 1 within the text. */
export interface YamlFault extends Place {
  readonly fault: string;
}

/** Where the lines of a text stand that is itself a value: its first line, and by how much each is indented. */
export interface TextBlock {
  readonly line: number;
  readonly indent: number;
}

/** A document of a YAML text, with the way back from a field to its place. Lines count from 1 within the text. */
export interface YamlDocument {
  /** Absent where the document is broken so badly that it has no value. */
  readonly value: unknown;
  readonly broken: readonly YamlFault[];
  /** Kind, name and namespace of a broken document, as far as it can be read, in the form of an object. */
  readonly outline?: unknown;
  /** Line of its first field. */
  readonly line: number;
  /** Place of a field's key or of a list's entry, as `spec.http[2].route`; where it is absent, of the nearest parent that is there. */
  placeOf(path: string): Place;
  /** Where the lines of a text stand; absent unless it is written line by line, as after `|`. */
  blockOf(path: string): TextBlock | undefined;
}

type Places = (offset: number) => Place;

/** Reads a text that has YAML or JSON, as kubectl does. `firstLine` is the line it has in its file. */
export function readYaml(text: string, firstLine = 1): readonly YamlDocument[] {
  const places = createPlaces(text, firstLine);
  const [begin = ""] = /^(?:---)?\s*/.exec(text) ?? [];
  const parts = text[begin.length] === "{" ? readJson(text, begin.length) : undefined;
  if (parts !== undefined) return parts.map((part) => wrapJson(part, places));
  const documents = parseAllDocuments(text, OPTIONS);
  return "empty" in documents ? [] : documents.map((document) => wrap(document, text, places));
}

/** What is written twice is found by ourselves, in less time. */
const OPTIONS = { prettyErrors: false, uniqueKeys: false, schema: KUBERNETES_SCHEMA };

function wrapJson({ value, start, offsetOf, twice }: JsonPart, places: Places): YamlDocument {
  return {
    value: twice === undefined ? value : undefined,
    ...(twice !== undefined && { outline: value }),
    broken: twice === undefined ? [] : [{ fault: duplicateKey(twice.key), ...places(twice.offset) }],
    line: places(start).line,
    placeOf: (path) => places(offsetOf(pathSteps(path))),
    blockOf: () => undefined,
  };
}

function wrap(document: Document, text: string, places: Places): YamlDocument {
  const broken = textFaults(document, text).map(({ fault, offset }) => ({ fault, ...places(offset) }));
  const read = broken.length === 0 ? toValue(document) : { value: undefined };
  const root = isNode(document.contents) ? document.contents : undefined;
  const begin = places(root?.range?.[0] ?? document.range?.[0] ?? 0);
  const find = (path: string): Found => nodeAt(document, root, pathSteps(path));
  return {
    value: read.value,
    ...(read.value === undefined && { outline: outlineOf(document) }),
    broken: read.fault === undefined ? broken : [{ fault: read.fault, ...begin }],
    line: begin.line,
    placeOf: (path) => places(find(path).offset),
    blockOf: (path) => blockOf(find(path).node, text, places),
  };
}

function outlineOf(document: Document): unknown {
  const [kind, name, namespace] = [["kind"], ["metadata", "name"], ["metadata", "namespace"]].map((path) => document.getIn(path));
  return { kind, metadata: { name, namespace } };
}

/** Aliases may repeat one value so often; how big that gets is looked at afterwards. */
const MOST_ALIASES = 10_000;

const TOO_BIG = "its aliases (*) repeat so much that it gets too big; write out what is meant";

/** An alias that expands without end is found only when the value is made. */
function toValue(document: Document): { readonly value: unknown; readonly fault?: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return isTooBig(value) ? { value: undefined, fault: TOO_BIG } : { value };
  } catch (error) {
    return { value: undefined, fault: plainly((error as Error).message) };
  }
}

function plainly(message: string): string {
  if (message.includes("alias count")) return TOO_BIG;
  return message.includes("call stack") ? "it is nested too deeply" : message.replaceAll(/\s+/g, " ");
}

interface Found {
  readonly node: unknown;
  readonly offset: number;
}

function nodeAt(document: Document, root: Node | undefined, steps: readonly PathStep[]): Found {
  let at: Found = { node: root, offset: root?.range?.[0] ?? 0 };
  for (const step of steps) {
    const node = isAlias(at.node) ? at.node.resolve(document) : at.node;
    const next = typeof step === "number" ? entryOf(node, step) : fieldOf(document, node, step);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

const MERGE = "<<";

function fieldOf(document: Document, node: unknown, name: string): Found | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === name);
  if (pair !== undefined) return { node: pair.value, offset: isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0 };
  for (const { key, value } of node.items) {
    const merged = isScalar(key) && key.source === MERGE ? mergedIn(document, value, name) : undefined;
    if (merged !== undefined) return merged;
  }
  return undefined;
}

function mergedIn(document: Document, value: unknown, name: string): Found | undefined {
  const sources = isSeq(value) ? value.items : [value];
  const found = sources.map((source) => fieldOf(document, isAlias(source) ? source.resolve(document) : source, name));
  return found.find((each) => each !== undefined);
}

function entryOf(node: unknown, index: number): Found | undefined {
  const item = isSeq(node) ? node.items[index] : undefined;
  return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : undefined;
}

/** Lines of a literal block are those of its value, each behind the same indentation; it is read off the first that is not blank. */
function blockOf(node: unknown, text: string, places: Places): TextBlock | undefined {
  if (!isScalar(node) || node.type !== Scalar.BLOCK_LITERAL || !node.range) return undefined;
  const header = text.indexOf("\n", node.range[0]);
  const lines = text.slice(header + 1, node.range[2]).split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  const [written = "", meant = ""] = [lines[first], String(node.value).split("\n")[first]];
  return { line: places(node.range[0]).line + 1, indent: Math.max(0, written.length - meant.length) };
}
