// Three judges of the same objects: the CRDs, the webhook behind a real API server, and `fairlead validate`.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AdmissionAnswer } from "../../src/admission/admission-request.ts";
import { objectValidator } from "../../src/admission/object-validator.ts";
import { createWorld } from "../../src/analysis/live-world.ts";
import { judge } from "../../src/main/judges.ts";
import type { Finding } from "../../src/telemetry/finding.ts";
import { runs, seed } from "../soak/runs.ts";
import { type Sent, sentObjects } from "./agreement-objects.ts";
import { type ApiAnswer, type JudgedServer, startJudgedServer } from "./judged-server.ts";

const AT_ONCE = 8;
const WORLD = createWorld([]);
/** Unknown fields are gone before a webhook is asked. */
const UNKNOWN_FIELD = "FL0120";

let server: JudgedServer;
beforeAll(async () => {
  server = await startJudgedServer();
}, 120_000);
afterAll(() => server?.stop());

interface Judged {
  readonly sent: Sent;
  readonly findings: readonly Finding[];
  /** The webhook's answer to these findings. */
  readonly expected: AdmissionAnswer;
  readonly plain: ApiAnswer;
  readonly judged: ApiAnswer;
}

async function judgeAll(sent: Sent): Promise<Judged> {
  const named = { ...sent, metadata: { ...sent.metadata, namespace: "judged" } };
  const findings = judge(named, WORLD);
  const expected = await answerOf(named, findings);
  return { sent, findings, expected, plain: await server.send(sent, "plain"), judged: await server.send(sent, "judged") };
}

function answerOf(object: Sent, findings: readonly Finding[]): Promise<AdmissionAnswer> {
  const { kind, apiVersion } = object;
  const [group = "", version = ""] = apiVersion.split("/");
  const request = { uid: "u", group, version, kind, resource: "", operation: "CREATE", namespace: "judged", name: "", object };
  return objectValidator([() => findings.filter(({ code }) => code !== UNKNOWN_FIELD)])(request);
}

/** What does not agree, in words; nothing where all do. */
function disagreements({ findings, expected, plain, judged }: Judged): readonly string[] {
  const refused = findings.some(({ level }) => level === "error");
  return [
    ...(!plain.taken && !refused ? [`the CRD refuses what validate takes: ${plain.message}`] : []),
    ...(judged.taken === refused ? [`validate ${refused ? "refuses" : "takes"} it, the API server with the webhook does not`] : []),
    ...(plain.taken && judged.webhook === undefined ? ["the webhook was not asked"] : []),
    ...(judged.taken && judged.warnings.length === 0 && (expected.warnings ?? []).length > 0 ? ["no warning reaches the user"] : []),
    ...(judged.webhook === undefined ? [] : webhookDisagreements(judged.webhook, expected)),
  ];
}

function webhookDisagreements({ answer }: NonNullable<ApiAnswer["webhook"]>, expected: AdmissionAnswer): readonly string[] {
  const [said, meant] = [linesOf(answer), linesOf(expected)];
  const [more, less] = [said.difference(meant), meant.difference(said)];
  return more.size + less.size === 0 ? [] : [`only the webhook says ${[...more].join("; ")}; only validate says ${[...less].join("; ")}`];
}

/** The order of a map's keys is the API server's own, so that of findings about them is no difference. */
function linesOf(answer: AdmissionAnswer): ReadonlySet<string> {
  const errors = answer.allowed ? [] : answer.message.split("\n").map((line) => `error ${line}`);
  return new Set([...errors, ...(answer.warnings ?? []).map((line) => `warning ${line}`)]);
}

/** All objects, several at a time; the answers in their order. */
async function each(objects: readonly Sent[]): Promise<readonly Judged[]> {
  const left = objects.entries();
  const judged: Judged[] = [];
  const worker = async (): Promise<void> => {
    for (const [index, object] of left) judged[index] = await judgeAll(object);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return judged;
}

/** In portions, so that a long run keeps no more than one of them. */
const PORTION = 500;

/** How often each verdict came, and what did not agree, with an object that shows it. */
interface Tally {
  readonly counts: { taken: number; refusedByCrd: number; refusedByWebhook: number; warned: number };
  readonly found: Map<string, string>;
}

function note({ counts, found }: Tally, judged: Judged): void {
  counts.taken += Number(judged.judged.taken);
  counts.refusedByCrd += Number(!judged.plain.taken);
  counts.refusedByWebhook += Number(judged.plain.taken && !judged.judged.taken);
  counts.warned += Number(judged.findings.some(({ level }) => level === "warning"));
  for (const words of disagreements(judged)) found.set(words.slice(0, 400), JSON.stringify(judged.sent).slice(0, 2000));
}

test("what the CRD refuses validate refuses; what validate takes the API server takes; the webhook says what validate says", async () => {
  const wanted = runs({ usual: 1000, soak: 10_000 });
  const tally: Tally = { counts: { taken: 0, refusedByCrd: 0, refusedByWebhook: 0, warned: 0 }, found: new Map() };
  for (let done = 0; done < wanted; done += PORTION) {
    const objects = fc.sample(sentObjects, { numRuns: Math.min(PORTION, wanted - done), seed: seed() + done });
    for (const judged of await each(objects)) note(tally, judged);
  }
  expect(Object.fromEntries(tally.found)).toEqual({});
  // None of the verdicts is rare among what was generated, or little would have been compared.
  for (const count of Object.values(tally.counts)) expect(count).toBeGreaterThan(wanted / 10);
});
