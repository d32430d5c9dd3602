import { sourceFinding } from "../source/source-finding.ts";
import type { YamlDocument } from "../source/yaml-text.ts";
import type { Finding } from "../telemetry/finding.ts";

/** What is wrong with a document, each finding with its line: where it is no YAML, that; else what `judge` finds in it. */
export function documentFindings(document: YamlDocument, judge: (raw: unknown) => readonly Finding[]): readonly Finding[] {
  if (document.broken.length > 0) {
    return document.broken.map(({ fault, line, column }) => sourceFinding("brokenYaml", { fault, line, column }, { line }));
  }
  return judge(document.value).map((finding) => ({ ...finding, line: document.lineOf(finding.path) }));
}

export interface Identity {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `kind` and the like of a document that may be anything; empty where it says nothing. */
export function identityOf(value: unknown): Identity {
  const object = (typeof value === "object" && value !== null ? value : {}) as { kind?: unknown; metadata?: Record<string, unknown> };
  const word = (x: unknown) => (typeof x === "string" ? x : "");
  return { kind: word(object.kind), namespace: word(object.metadata?.["namespace"]), name: word(object.metadata?.["name"]) };
}
