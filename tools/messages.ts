// Writes docs/messages.md from the catalogue. `--check` compares instead and ends with 1 where they differ.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { CATALOGUE } from "../src/telemetry/catalogue.ts";
import type { Message } from "../src/telemetry/messages/message.ts";
import { writeGenerated } from "./generated-files.ts";
import { lineDifference } from "./line-difference.ts";
import { type MessageCase, messageCases } from "./message-cases.ts";

const FILE = resolve(import.meta.dirname, "../docs/messages.md");

const HEAD = `# Messages

Every message about what you wrote has a code that never changes its meaning. An **error** refuses the object, a **warning** is told and the
object is taken. The path in front of a message is the field. \`{…}\` stands for what you wrote. The examples show what draws the message (\`-\`)
and what to write instead (\`+\`); names and namespaces are left out. Where the correction is certain, the finding brings it as a patch.

This page is made from \`src/telemetry/catalogue.ts\` and the cases in \`test/golden/messages\` by \`node tools/messages.ts\`.
`;

const CHAPTERS: readonly (readonly [prefix: string, title: string])[] = [
  ["FL01", "The shape of an object"],
  ["FL02", "Values that several kinds share"],
  ["FL03", "ServiceEntry, WorkloadEntry, WorkloadGroup"],
  ["FL04", "VirtualService"],
  ["FL05", "DestinationRule"],
  ["FL06", "Gateway"],
  ["FL07", "Sidecar"],
  ["FL08", "Mesh configuration"],
  ["FL09", "Files and the mesh configuration as a whole"],
  ["FL10", "Several objects together"],
  ["FL11", "What the cluster holds"],
  ["FL12", "Labels and annotations of the mesh"],
  ["FL13", "Pods as they are about to be stored"],
  ["FL14", "What the proxy would not take"],
  ["FL15", "PeerAuthentication"],
];

/** Longest text that a page shows whole. */
const MOST = 200;

/** The same with what is long cut, so that a page can be read; how long it is stands behind it. */
function shortened(value: unknown): unknown {
  if (typeof value === "string") return value.length > MOST ? `${value.slice(0, 20)}… (${value.length} characters)` : value;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}

const asYaml = (value: unknown): string => stringify(shortened(value), { lineWidth: 0, flowCollectionPadding: true }).trimEnd();

function example({ path, bad, good, world = [], fixed }: MessageCase): string {
  const beside = world.length === 0 ? "" : `, beside\n\n\`\`\`yaml\n${world.map(asYaml).join("\n---\n")}\n\`\`\`\n`;
  const where = path === "" ? "For the whole" : `For \`${path}\``;
  const patch = fixed ? " (by patch)" : "";
  return `${where}${patch}${beside === "" ? ":\n" : beside}\n\`\`\`diff\n${lineDifference(asYaml(bad), asYaml(good))}\n\`\`\`\n`;
}

function entry({ code, level, title, text }: Message, cases: readonly MessageCase[]): string {
  const first = cases.find((one) => one.code === code);
  const shown = first === undefined ? "" : `\n${example(first)}`;
  return `### ${code} · ${title} · ${level}\n\n${text.replaceAll("|", "\\|")}\n${shown}`;
}

/** The whole page. */
export function messagesPage(): string {
  const messages: readonly Message[] = Object.values(CATALOGUE);
  const sorted = messages.toSorted((a, b) => a.code.localeCompare(b.code));
  const cases = messageCases();
  const chapters = CHAPTERS.map(([prefix, title]) => {
    const own = sorted.filter(({ code }) => code.startsWith(prefix));
    return own.length === 0 ? "" : `## ${title}\n\n${own.map((one) => entry(one, cases)).join("\n")}`;
  });
  const strangers = sorted.filter(({ code }) => !CHAPTERS.some(([prefix]) => code.startsWith(prefix)));
  if (strangers.length > 0) {
    throw new Error(`no chapter for ${strangers.map(({ code }) => code).join(", ")}: add one to tools/messages.ts`);
  }
  return `${[HEAD, ...chapters.filter((chapter) => chapter !== "")].join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeGenerated([[FILE, messagesPage()]], "the catalogue", "tools/messages.ts");
}
