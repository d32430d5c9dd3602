// The program itself, from its command line: a start that fails and a start that is told to go both end, at once and in words.
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePorts, until } from "./child.ts";

const CLI = resolve("src/main/cli.ts");
/** Ends a program that hangs, so that the test says so instead of waiting for its own limit. */
const HANGS_AFTER_MS = 15_000;

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

function run(args: readonly string[]): Running {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (text.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (text.stderr += data.toString()));
  const hangs = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER_MS);
  const ended = new Promise<Ended>((done) => {
    child.once("close", (status) => {
      clearTimeout(hangs);
      done({ status, ...text });
    });
  });
  return { child, ended };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-start-"));
  writeFileSync(
    join(folder, "token.pub"),
    generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "pem" }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const occupied: Server[] = [];
afterEach(async () => {
  await Promise.all(occupied.splice(0).map((server) => new Promise((done) => server.close(done))));
});

/** A port on which somebody else listens, who takes connections and never says anything. */
async function silentPort(): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => undefined).resume());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  occupied.push(server);
  return (server.address() as { port: number }).port;
}

const OPTIONS = ["xds-port", "webhook-port", "monitoring-port", "health-port"] as const;
type PortOption = (typeof OPTIONS)[number];

async function portArgs(given: { readonly [option in PortOption]?: number } = {}): Promise<readonly string[]> {
  const free = await freePorts(OPTIONS.length);
  return ["--address", "127.0.0.1", ...OPTIONS.flatMap((option, i) => [`--${option}`, `${given[option] ?? free[i]}`])];
}

async function standalone(args: { config?: string; state?: string; ports?: readonly string[] }): Promise<readonly string[]> {
  const { config = mkdtempSync(join(folder, "config-")), state = mkdtempSync(join(folder, "state-")), ports = await portArgs() } = args;
  return ["standalone", "--config", config, "--state", state, "--token-key", join(folder, "token.pub"), ...ports];
}

function expectRefused({ status, stderr }: Ended, ...words: readonly string[]): void {
  expect(stderr.trimEnd().split("\n"), stderr).toHaveLength(1);
  for (const word of ["fairlead: ", ...words]) {
    expect(stderr).toContain(word);
  }
  expect(status).toBe(2);
}

test("a folder of configuration that is missing ends the start, with its name", async () => {
  const config = join(folder, "nowhere");
  expectRefused(await run(await standalone({ config })).ended, config, "create it");
});

test.each(["istio-ca-secret", "fairlead-webhook"])("broken keys in %s.json end the start, without repeating them", async (name) => {
  const state = mkdtempSync(join(folder, "broken-"));
  writeFileSync(join(state, `${name}.json`), '{ "ca-key.pem": "-----BEGIN PRIV');
  const ended = await run(await standalone({ state })).ended;
  expectRefused(ended, join(state, `${name}.json`), "remove it");
  expect(ended.stderr + ended.stdout).not.toContain("BEGIN PRIV");
});

test.each(OPTIONS)("a taken port of --%s ends the start, with the option to change", async (option) => {
  const port = await silentPort();
  expectRefused(await run(await standalone({ ports: await portArgs({ [option]: port }) })).ended, `port ${port}`, `--${option}`);
});

test("TERM ends a standalone control plane that serves", async () => {
  const [health = 0] = await freePorts(1);
  const { child, ended } = run(await standalone({ ports: await portArgs({ "health-port": health }) }));
  const ready = () =>
    fetch(`http://127.0.0.1:${health}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(ready, () => "does not get ready");
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ status: 0, stderr: "" });
});

test("another trust domain written later is told and counted", async () => {
  const config = mkdtempSync(join(folder, "config-"));
  const [health = 0, monitoring = 0] = await freePorts(2);
  const ports = await portArgs({ "health-port": health, "monitoring-port": monitoring });
  const { child, ended } = run(await standalone({ config, ports }));
  const page = (port: number, path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      (answer) => answer.text(),
      () => "",
    );
  await until(
    async () => (await page(health, "/ready")).includes('"ready": true'),
    () => "does not get ready",
  );
  const before = await page(monitoring, "/metrics");
  expect(before).toContain("\nfairlead_trust_domain_not_in_force 0\n");
  expect(before).toContain('fairlead_event_loop_delay_seconds{quantile="0.99"}');
  writeFileSync(join(config, "mesh.yaml"), "trustDomain: other.example\n");
  await until(
    async () => (await page(monitoring, "/metrics")).includes("\nfairlead_trust_domain_not_in_force 1\n"),
    () => "is not counted",
  );
  child.kill("SIGTERM");
  const { status, stdout } = await ended;
  expect(status).toBe(0);
  expect(stdout).toMatch(/"written":"other\.example","inForce":"cluster\.local"/);
});

function kubeconfig(port: number): string {
  const file = join(folder, `kubeconfig-${port}`);
  const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "test" },
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user: {} }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

test("TERM ends a controller that waits for an API server which never answers", async () => {
  const port = await silentPort();
  const asked = new Promise((done) => occupied[0]?.once("connection", done));
  const { child, ended } = run(["controller", "--kubeconfig", kubeconfig(port), ...(await portArgs())]);
  await Promise.race([asked, ended]);
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ status: 0, stderr: "" });
});

/** An API server that knows its version and keeps Secrets, and answers nothing else: every list waits. */
function serverWithoutLists(asked: (path: string) => void): HttpServer {
  const secrets = new Map<string, string>();
  return createHttpServer((request, response) => {
    const path = request.url ?? "";
    asked(path);
    const answer = (body: string, status = 200) => void response.writeHead(status, { "content-type": "application/json" }).end(body);
    if (path === "/version") return answer('{ "gitVersion": "v1.34.0" }');
    if (!path.includes("/secrets")) return;
    if (request.method === "GET") return answer(secrets.get(basename(path)) ?? "{}", secrets.has(basename(path)) ? 200 : 404);
    void readAll(request).then((body) => {
      secrets.set((JSON.parse(body) as { metadata: { name: string } }).metadata.name, body);
      answer(body);
    });
  });
}

test("TERM ends a controller that waits for its first list", async () => {
  const listing = Promise.withResolvers<void>();
  const server = serverWithoutLists((path) => path.includes("serviceentries") && listing.resolve());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  occupied.push(server);
  const { port } = server.address() as { port: number };
  const { child, ended } = run(["controller", "--kubeconfig", kubeconfig(port), ...(await portArgs())]);
  expect(await Promise.race([listing.promise.then(() => "lists"), ended])).toBe("lists");
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ status: 0, stderr: "" });
});

test("an API server that is not there yet is waited for, its address told; then the start goes on", async () => {
  const [port = 0] = await freePorts(1);
  const { child, ended } = run(["controller", "--kubeconfig", kubeconfig(port), ...(await portArgs())]);
  const told = new Promise<string>((done) => child.stdout?.once("data", (line: Buffer) => done(line.toString())));
  expect(await Promise.race([told, ended])).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*asked again`));
  const listing = Promise.withResolvers<string>();
  const server = serverWithoutLists((path) => path.includes("serviceentries") && listing.resolve("lists"));
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  occupied.push(server);
  expect(await Promise.race([listing.promise, ended])).toBe("lists");
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ status: 0, stderr: "" });
});
