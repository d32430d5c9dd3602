/** A piece of a file that is read on its own: from one document marker up to the next. */
export interface YamlChunk {
  readonly text: string;
  /** Line of the file on which it begins, from 1. */
  readonly start: number;
}

/**
 * Cuts a file at its `---` lines, so that an unchanged document is not parsed again and a broken one harms only itself. Such a line
 * can stand nowhere else in YAML: inside a block it would be indented.
 */
export function yamlChunks(text: string): readonly YamlChunk[] {
  const chunks: YamlChunk[] = [];
  let from = 0;
  let start = 1;
  // Not `^` with the flag m: to it, characters begin a line that begin none in YAML.
  for (const { index: found, 0: marker } of text.matchAll(/(?:^|\n)---(?=\s|$)/g)) {
    const index = found + marker.length - MARKER;
    if (index === from) continue;
    const piece = text.slice(from, index);
    chunks.push({ text: piece, start });
    start += lineBreaks(piece);
    from = index;
  }
  chunks.push({ text: text.slice(from), start });
  return chunks.filter((chunk) => chunk.text.split("\n").some((line) => !EMPTY_LINE.test(line)));
}

const MARKER = "---".length;

/** Blank, a comment, a directive or a bare marker. */
const EMPTY_LINE = /^(?:%[^\n]*|---\s*|\s*)(?:#[^\n]*)?$/;

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
