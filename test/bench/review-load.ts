// How fast a webhook answers, and what that costs it. Closed loop: each connection asks again as soon as it is answered. Open loop:
// requests go out when they are due, whether or not earlier ones are answered, and the time counts from then: a server that pauses is not
// asked less for it.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuMsOf } from "./process-cpu.ts";
import { spreadOf, summaryOf } from "./result.ts";
import { connectReviewClient, type ReviewClient } from "./review-client.ts";
import { WEBHOOK_NAME, type WebhookProcess } from "./webhook-process.ts";

export interface ReviewLoad {
  readonly name: string;
  /** The bytes of the POST. */
  readonly request: Buffer;
  /** A text that the right answer has: another would be fast for the wrong reason. */
  readonly answer: string;
}

export interface LoadPlan {
  /** Connections to open; the loops take as many of them as they are told. */
  readonly connections: number;
  /** Requests before the loops are measured: the compiler has settled after some tens of thousands. The first of them are told apart. */
  readonly warmUp: number;
  /** How many of them count as the first: what a replica costs that has just started. */
  readonly first: number;
  readonly closed: readonly { readonly connections: number; readonly requests: number }[];
  readonly open: readonly { readonly connections: number; readonly requests: number; readonly perSecond: number }[];
}

async function ask(client: ReviewClient, { name, request, answer }: ReviewLoad): Promise<void> {
  const told = await client.ask(request);
  if (!told.includes(answer)) throw new Error(`${name}: unexpected answer ${told.slice(0, 1_000)}`);
}

async function closedLoop(clients: readonly ReviewClient[], load: ReviewLoad, requests: number): Promise<Samples> {
  const latency: number[] = [];
  const loop = async (client: ReviewClient): Promise<void> => {
    for (let i = 0; i < requests / clients.length; i++) {
      const since = performance.now();
      await ask(client, load);
      latency.push(performance.now() - since);
    }
  };
  await Promise.all(clients.map(loop));
  return { latency };
}

/** Timers have whole milliseconds; the rest of the time is waited for turn by turn of the event loop. */
async function until(due: number): Promise<void> {
  const whole = Math.floor(due - performance.now());
  if (whole > 1) await sleep(whole - 1);
  while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
}

interface OpenLoop {
  readonly requests: number;
  readonly perSecond: number;
}

/** Sends `load` at a steady rate; where a connection is busy, the next request waits for it, and that counts. */
export async function openLoop(
  clients: readonly ReviewClient[],
  load: ReviewLoad,
  { requests, perSecond }: OpenLoop,
): Promise<Samples & { readonly late: readonly number[] }> {
  const lines: Promise<unknown>[] = clients.map(() => Promise.resolve());
  const latency: Promise<number>[] = [];
  const late: number[] = [];
  const began = performance.now();
  for (let i = 0; i < requests; i++) {
    const due = began + (i * 1_000) / perSecond;
    await until(due);
    late.push(performance.now() - due);
    const at = i % clients.length;
    const client = clients[at] as ReviewClient;
    const answered = Promise.resolve(lines[at])
      .then(() => ask(client, load))
      .then(() => performance.now() - due);
    lines[at] = answered;
    latency.push(answered);
  }
  return { latency: await Promise.all(latency), late };
}

interface Samples {
  /** Milliseconds, one a request. */
  readonly latency: readonly number[];
  /** By how much requests went out too late: the fault of who makes the load, and part of the latency. */
  readonly late?: readonly number[];
}

const round = (value: number): number => Number(value.toFixed(3));

/** What a load costs: latencies with their samples, requests a second, processor time of the server and of this process, load averages. */
export async function costOf(server: WebhookProcess, run: () => Promise<Samples>) {
  const [cpu, own, since] = [cpuMsOf(server.pid), process.cpuUsage(), performance.now()];
  const { latency, late } = await run();
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(own);
  return {
    requestsPerSecond: Math.round(latency.length / seconds),
    serverCpuMsPerRequest: round((cpuMsOf(server.pid) - cpu) / latency.length),
    loadCpuMsPerRequest: round((user + system) / 1_000 / latency.length),
    loadAverage: round(loadavg()[0] ?? 0),
    latencyMs: spreadOf(latency),
    ...(late && { sentLateMs: summaryOf(late) }),
  };
}

/** Connections to a webhook, kept open while `use` runs. */
export async function withConnections<T>(
  server: WebhookProcess,
  count: number,
  use: (clients: readonly ReviewClient[]) => Promise<T>,
): Promise<T> {
  const to = { port: server.port, ca: server.ca, name: WEBHOOK_NAME };
  const clients = await Promise.all(Array.from({ length: count }, () => connectReviewClient(to)));
  try {
    return await use(clients);
  } finally {
    for (const client of clients) client.close();
  }
}

/** Everything that the plan asks, for one request. */
export function measureReviews(server: WebhookProcess, load: ReviewLoad, plan: LoadPlan) {
  return withConnections(server, plan.connections, async (clients) => {
    const first = await costOf(server, () => closedLoop(clients.slice(0, 4), load, plan.first));
    await closedLoop(clients, load, plan.warmUp - plan.first);
    const closed = [];
    for (const { connections, requests } of plan.closed) {
      const cost = await costOf(server, () => closedLoop(clients.slice(0, connections), load, requests));
      closed.push({ connections, ...cost });
    }
    const open = [];
    for (const { connections, ...rate } of plan.open) {
      const cost = await costOf(server, () => openLoop(clients.slice(0, connections), load, rate));
      open.push({ connections, perSecond: rate.perSecond, ...cost });
    }
    return { name: load.name, requestBytes: load.request.length, first: { connections: 4, ...first }, closedLoop: closed, openLoop: open };
  });
}

/** One line for who watches. */
export function told({ name, first, closedLoop: closed, openLoop: open }: Awaited<ReturnType<typeof measureReviews>>): string {
  const lines = [
    { how: `first ${first.latencyMs.samples.length}, ${first.connections} connections`, ...first },
    ...closed.map((cost) => ({ how: `${cost.connections} connections`, ...cost })),
    ...open.map((cost) => ({ how: `${cost.perSecond}/s over ${cost.connections}`, ...cost })),
  ].map(
    ({ how, requestsPerSecond, serverCpuMsPerRequest, latencyMs }) =>
      `  ${how}: ${requestsPerSecond}/s, p50 ${latencyMs.median} ms, p99 ${latencyMs.p99} ms, ${serverCpuMsPerRequest} ms of CPU a request`,
  );
  return [name, ...lines].join("\n");
}
