import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createTokenIssuer, type TokenIssuer } from "../../src/lab/service-account-token.ts";

/** `fairlead standalone` in a process of its own, as it is built, with a folder of objects that its webhook judges others against. */
export interface WebhookProcess {
  readonly pid: number;
  readonly port: number;
  /** Who signed its certificate. */
  readonly ca: string;
  /** Where proxies connect. */
  readonly xdsPort: number;
  /** What proxies trust, PEM. */
  readonly rootPem: string;
  /** Signs service-account tokens that it takes. */
  readonly tokens: TokenIssuer;
  stop(): Promise<void>;
}

/** A name in the webhook's certificate. */
export const WEBHOOK_NAME = "localhost";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

const READY_WITHIN_MS = 60_000;

async function untilReady(port: number, failed: () => string | undefined): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(100)) {
    const ended = failed();
    if (ended !== undefined) throw new Error(`fairlead standalone ended: ${ended}`);
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error("fairlead standalone is not ready");
}

export async function startWebhookProcess(objects: readonly object[]): Promise<WebhookProcess> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
  const [config, state, key] = [join(folder, "config"), join(folder, "state"), join(folder, "token-key.pem")];
  mkdirSync(config);
  writeFileSync(join(config, "world.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  const tokens = createTokenIssuer();
  writeFileSync(key, tokens.publicKey);
  const ports = await Promise.all(["xds", "webhook", "monitoring", "health"].map(async (name) => [name, await freePort()] as const));
  const args = ports.flatMap(([name, port]) => [`--${name}-port`, String(port)]);
  const flags = ["--config", config, "--state", state, "--token-key", key, "--address", "127.0.0.1", "--log-level", "error"];
  const child = spawn(resolve("dist/fairlead"), ["standalone", ...flags, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString();
  });
  const ended = once(child, "exit");
  const portOf = Object.fromEntries(ports) as Readonly<Record<string, number>>;
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(portOf["health"] ?? 0, () => (child.exitCode === null ? undefined : said));
  } catch (error) {
    await stop();
    throw error;
  }
  const ca = readFileSync(join(state, "webhook-ca.pem"), "utf8");
  const rootPem = readFileSync(join(state, "root-cert.pem"), "utf8");
  return { pid: child.pid ?? 0, port: portOf["webhook"] ?? 0, ca, xdsPort: portOf["xds"] ?? 0, rootPem, tokens, stop };
}
