import { Agent, type IncomingMessage, request } from "node:http";

/** What a watched request came to: the status, or the error's code, and which server answered. */
export interface WatchedOutcome {
  /** Milliseconds since the epoch at which the request was sent. */
  readonly sent: number;
  /** `200 SERVER`, `502`, `ECONNRESET`. */
  readonly outcome: string;
}

const BETWEEN_MS = 2;
const TIMEOUT_MS = 2000;

/** Asks `url` without pause and prints a JSON line (`WatchedOutcome`) whenever the outcome is another one. Ends when its output is closed. */
export async function watchRequests(url: string, host: string | undefined): Promise<number> {
  // A new connection each time: what is asked is what a new caller would see.
  const agent = new Agent({ keepAlive: false });
  let last = "";
  process.stdout.on("error", () => process.exit(0));
  for (;;) {
    const sent = Date.now();
    const outcome = await askOnce(url, host, agent);
    if (outcome !== last) process.stdout.write(`${JSON.stringify({ sent, outcome } satisfies WatchedOutcome)}\n`);
    last = outcome;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
}

function askOnce(url: string, host: string | undefined, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, timeout: TIMEOUT_MS, headers: host === undefined ? {} : { host } }, (response) => {
      void readAnswer(response).then(resolve);
    });
    asked.on("timeout", () => asked.destroy(Object.assign(new Error("timeout"), { code: "TIMEOUT" })));
    asked.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "ERROR"));
    asked.end();
  });
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  try {
    for await (const chunk of response) text += chunk as string;
  } catch {
    return "ECONNRESET";
  }
  const seen = /"server":"([^"]*)".*?"remote":"([^"]*)"/.exec(text);
  return seen ? `${response.statusCode} ${seen[1]} from ${seen[2]}` : String(response.statusCode);
}
