import { readAccessLog } from "../access-log.ts";
import { inNetwork } from "../lab-network.ts";
import type { RunningPod } from "../pod-runner.ts";
import { type CommandResult, runCommand } from "../run-command.ts";
import { type Answer, CALLS, type DemoCall } from "./demo-call.ts";
import { table } from "./demo-table.ts";

/** What one request came to. */
export interface PolicyRow extends Answer {
  readonly call: DemoCall;
  /** From Envoy's access log: the cluster, or the route that answered in place of one. */
  readonly carried: string;
}

/** Envoy writes its access log out once a second. */
const LOG_WITHIN_MS = 4000;

/** Makes every kind of request from the app and reads in the sidecar's access log what carried it. */
export async function policyRows(client: RunningPod, labProcess: readonly string[]): Promise<readonly PolicyRow[]> {
  const before = readAccessLog(await client.logs("istio-proxy")).length;
  const answers: Answer[] = [];
  for (const call of CALLS) answers.push(call.read(await makeCall(client, call, labProcess)));
  const lines = await linesFor(client, before);
  return CALLS.map((call, index) => ({
    call,
    ...(answers[index] ?? { back: "", answered: false }),
    carried: lines.get(call.called) ?? "no line in the access log",
  }));
}

function makeCall(client: RunningPod, call: DemoCall, labProcess: readonly string[]): Promise<CommandResult> {
  const options = { timeoutMs: 10_000 };
  if (call.client) return runCommand(inNetwork(client.network, [...labProcess, ...call.client]), options);
  return client.exec("app", ["sh", "-c", call.script ?? ""], options);
}

async function linesFor(client: RunningPod, before: number): Promise<ReadonlyMap<string, string>> {
  const deadline = Date.now() + LOG_WITHIN_MS;
  for (;;) {
    const lines = readAccessLog(await client.logs("istio-proxy")).slice(before);
    const carried = new Map(lines.map((line) => [line.called, line.cluster === "-" ? `none, route ${line.route}` : line.cluster]));
    if (CALLS.every(({ called }) => carried.has(called)) || Date.now() > deadline) return carried;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function showRows(rows: readonly PolicyRow[]): string {
  return table([["asked", "came back", "carried by"], ...rows.map((row) => [row.call.asked, row.back, row.carried])]);
}
