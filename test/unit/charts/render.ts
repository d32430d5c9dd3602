import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { findBinary } from "../../api-server/find-binary.ts";

export const CHARTS = join(import.meta.dirname, "../../../charts");

// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into at many depths
export type Manifest = any;

/** helm, or undefined where it was not built yet; under CI its absence fails the tests. */
export function helm(): string | undefined {
  try {
    return findBinary("helm");
  } catch (cause) {
    if (process.env.CI) throw cause;
    return undefined;
  }
}

export interface Rendered {
  readonly status: number | null;
  readonly text: string;
  readonly error: string;
}

export function template(chart: string, release: string, args: readonly string[] = []): Rendered {
  const options = ["template", release, join(CHARTS, chart), "--namespace", "istio-system", ...args];
  const done = spawnSync(helm() ?? "helm", options, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return { status: done.status, text: done.stdout, error: done.stderr };
}

const RENDERED = new Map<string, Rendered>();

/** The manifests; what was rendered before is not rendered again. */
export function render(chart: string, release: string, args: readonly string[] = []): readonly Manifest[] {
  const key = JSON.stringify([chart, release, args]);
  const rendered = RENDERED.get(key) ?? template(chart, release, args);
  RENDERED.set(key, rendered);
  const { status, text, error } = rendered;
  if (status !== 0) throw new Error(error);
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest)
    .filter((manifest) => manifest !== null);
}

export function ofKind(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...more] = ofKind(manifests, kind);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + (found === undefined ? 0 : 1)} of kind ${kind}`);
  return found;
}
