import { type Document, isAlias, isCollection, isMap, isNode, isScalar, type YAMLError } from "yaml";
import { keysWrittenTwice } from "./keys-written-twice.ts";

/** Why a text is no YAML that Kubernetes would take, and the offset of the place. */
export interface TextFault {
  readonly fault: string;
  readonly offset: number;
}

/** Anchors and aliases together: the reader of YAML looks at all of them for each alias. */
const MOST_NAMES = 5_000;

/** Each of them is a mistake by itself; so many are listed. */
const MOST_TWICE = 10;

/** What the words of the YAML reader mean to who wrote the text. */
const WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab cannot indent; write spaces",
  BAD_INDENT: "the indentation does not fit the lines above",
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " on one line; put text that has a colon in quotes',
  RESOURCE_EXHAUSTION: "it is nested too deeply",
};

export function duplicateKey(key: string): string {
  return `the key ${JSON.stringify(key)} is written twice; keep one of the two`;
}

/** What is wrong with the text of a document. The first fault of its grammar is told alone: those behind it follow from it. */
export function textFaults(document: Document, text: string): readonly TextFault[] {
  const [first] = document.errors;
  const twice = keysWrittenTwice(document.contents).slice(0, MOST_TWICE);
  const told = [...(first ? [grammarFault(first, text)] : []), ...twice.map((offset) => keyFault(offset, text))];
  return told.length > 0 ? told : nodeFaults(document).slice(0, MOST_TWICE);
}

const TEMPLATE = "a template ({{ … }}) is not YAML; render it first, for example with helm template";

function grammarFault({ code, message, pos }: YAMLError, text: string): TextFault {
  const offset = pos[0];
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1).split("\n", 1)[0];
  if (line?.includes("{{")) return { fault: TEMPLATE, offset };
  return { fault: WORDS[code] ?? message.replaceAll(/\s+/g, " "), offset };
}

function keyFault(offset: number, text: string): TextFault {
  const key = /^["']?([^:"'\n]+)/.exec(text.slice(offset, offset + 100))?.[1] ?? "";
  return { fault: duplicateKey(key.trim()), offset };
}

/** What has the grammar of YAML and still means nothing here: a name that no anchor has, an anchor in itself, a key that is no text. */
function nodeFaults(document: Document): readonly TextFault[] {
  const faults: TextFault[] = [];
  const open = new Set<unknown>();
  const anchors = new Set<string>();
  let names = 0;
  const look = (node: unknown): void => {
    if (isAlias(node)) {
      names++;
      const fault = aliasFault(node.source, { known: anchors, within: open });
      if (fault !== undefined) faults.push({ fault, offset: node.range?.[0] ?? 0 });
    }
    if (isScalar(node) || isCollection(node)) note(node.anchor);
    if (isCollection(node)) lookInto(node, node.anchor);
  };
  const note = (anchor: string | undefined): void => {
    if (anchor === undefined) return;
    names++;
    anchors.add(anchor);
  };
  const lookInto = (node: { readonly items: readonly unknown[] }, anchor: string | undefined): void => {
    if (anchor !== undefined) open.add(anchor);
    for (const item of node.items) {
      if (isMap(node)) lookAtPair(item as { readonly key: unknown; readonly value: unknown });
      else look(item);
    }
    if (anchor !== undefined) open.delete(anchor);
  };
  const lookAtPair = ({ key, value }: { readonly key: unknown; readonly value: unknown }): void => {
    if (isCollection(key)) faults.push({ fault: NO_KEY, offset: key.range?.[0] ?? 0 });
    else look(key);
    look(value);
  };
  if (isNode(document.contents)) look(document.contents);
  return names > MOST_NAMES ? [...faults, { fault: TOO_MANY_NAMES, offset: 0 }] : faults;
}

const TOO_MANY_NAMES = `more than ${MOST_NAMES} anchors (&) and aliases (*) are not read; write out what is meant`;

const NO_KEY = "a key must be text; quote it, or fill it in where it is a template ({{ … }})";

interface Anchors {
  readonly known: ReadonlySet<string>;
  readonly within: ReadonlySet<unknown>;
}

function aliasFault(name: string, { known, within }: Anchors): string | undefined {
  if (within.has(name)) return `*${name} stands inside of what it names, &${name}; write out what is meant`;
  return known.has(name)
    ? undefined
    : `*${name} names an anchor, and there is no &${name} before it; as text, write it in quotes: "*${name}"`;
}
