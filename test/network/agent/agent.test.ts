import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as secureConnect, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AgentLab, ENVOY, envoyPid, eventually, get, openAgentLab, type RunningAgent, startApp } from "./agent-lab.ts";
import { brokenListener, brokenRoute, cluster, endpoints, listener, route } from "./sample-resources.ts";
import type { ScriptedController } from "./scripted-controller.ts";

let lab: AgentLab;
let app: Awaited<ReturnType<typeof startApp>>;

beforeEach(async () => {
  lab = await openAgentLab();
  app = await startApp();
  lab.resources.get("cluster")?.set("app", cluster("app"));
  lab.resources.get("endpoint")?.set("app", endpoints("app", app.port));
  lab.resources.get("listener")?.set("web", listener("web", lab.ports.app));
  lab.resources.get("route")?.set("web", route("web", { cluster: "app" }));
});

afterEach(async () => {
  await lab.close();
  app.server.close();
});

const status = async (): Promise<number> => (await get(lab.ports.status, "/healthz/ready")).status;
const whole = async (): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }> =>
  JSON.parse((await get(lab.ports.agent, "/healthz/ready?verbose")).body.toString());
const call = async (path = "/x"): Promise<string> => (await get(lab.ports.app, path)).body.toString();
const ready = (): Promise<number> => eventually("ready", status, (code) => code === 200);

/** A connection to the listener that shows the workload's certificate, checked against the mesh's root. */
function secure(): Promise<TLSSocket> {
  const options = { host: "127.0.0.1", port: lab.ports.app, ca: lab.material.certPem, checkServerIdentity: () => undefined };
  return new Promise((resolve, reject) => {
    const socket = secureConnect(options, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** The answer to a request whose client would keep the connection. */
function keepAliveAnswer(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: lab.ports.app }, () => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
    socket.once("error", reject);
    socket.once("data", (data: Buffer) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}

/** A process that ended and that nobody has waited for has no command line. */
const runs = (pid: number): boolean => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";

async function startBoth(certificateMs?: number): Promise<{ agent: RunningAgent; controller: ScriptedController }> {
  const controller = await lab.startController(certificateMs);
  const agent = lab.startAgent();
  await ready().catch((error: unknown) => {
    throw new Error(`${String(error)}\n${agent.log()}`);
  });
  return { agent, controller };
}

describe.skipIf(!existsSync(ENVOY))("the agent with a real Envoy", () => {
  test("not ready without a configuration, and says why; ready with the first one, which is in force then", async () => {
    const agent = lab.startAgent();
    await eventually("the agent answers", whole, (answer) =>
      answer.reasons.some((reason) => reason.includes("waiting for clusters and listeners")),
    );
    expect((await get(lab.ports.agent, "/healthz/ready")).status).toBe(503);
    await eventually(
      "told",
      () => agent.log(),
      (log) => log.includes("certificate not issued"),
    );
    await lab.startController();
    await ready();
    expect(await call()).toBe("app /x");
    expect(await whole()).toEqual({ ready: true, reasons: [] });
  });

  test("a change is in force, an unchanged set is not sent again after the controller came back", async () => {
    const { controller } = await startBoth();
    controller.set("route", route("web", { text: "changed" }));
    await eventually("changed", call, (text) => text === "changed");
    await controller.stop();
    const again = await lab.startController();
    await eventually(
      "subscribed again",
      () => again.requests.length,
      (count) => count >= 4,
    );
    expect(again.requests.find((request) => request.typeUrl.endsWith(".Cluster"))?.initialVersions.get("app")).toBe(cluster("app").version);
    await new Promise((done) => setTimeout(done, 300));
    expect(again.requests.filter((request) => request.nonce !== "")).toEqual([]);
    again.set("route", route("web", { text: "again" }));
    await eventually("changed again", call, (text) => text === "again");
  });

  test("controller away, Envoy killed: back within a second, with the same answers", async () => {
    const { agent, controller } = await startBoth();
    await controller.stop();
    const killed = envoyPid(agent);
    const before = Date.now();
    process.kill(killed, "SIGKILL");
    await eventually(
      "answered by a new Envoy",
      async () => ({ text: await call(), pid: envoyPid(agent) }),
      ({ text, pid }) => text === "app /x" && pid !== killed,
    );
    console.info(`Envoy killed and back in ${Date.now() - before} ms`);
    await ready();
  });

  test("controller away, agent killed too: the new agent serves from disk", async () => {
    const { agent, controller } = await startBoth();
    await controller.stop();
    const envoy = envoyPid(agent);
    agent.signal("SIGKILL");
    await agent.ended;
    const again = lab.startAgent();
    await ready();
    expect(await call()).toBe("app /x");
    expect((await whole()).reasons.join()).toContain("no connection to the controller");
    expect(again.log()).toContain("certificate of the last run taken over");
    expect(runs(envoy)).toBe(false);
  });

  test("a refused resource: told upstream and in the reasons, the last good one stays, also for a new Envoy", async () => {
    const { agent, controller } = await startBoth();
    controller.set("listener", brokenListener("web"));
    const nack = await eventually(
      "refused",
      () => controller.requests.find((request) => request.error),
      (found) => found !== undefined,
    );
    expect(nack?.error?.message).toContain("no.such.filter");
    expect(nack?.nonce).not.toBe("");
    expect((await whole()).ready).toBe(true);
    expect((await whole()).reasons.join()).toMatch(/listener web was refused by Envoy: .*no\.such\.filter/);
    expect(await call()).toBe("app /x");
    process.kill(envoyPid(agent), "SIGKILL");
    await eventually("the last good listener", call, (text) => text === "app /x");
    await ready();
    controller.set("listener", listener("web", lab.ports.app));
    controller.set("route", route("web", { text: "fixed" }));
    await eventually("fixed", call, (text) => text === "fixed");
  });

  test("a first configuration that Envoy refuses leaves the pod unready, with the reason", async () => {
    lab.resources.get("listener")?.set("bad", brokenListener("bad"));
    await lab.startController();
    lab.startAgent();
    const answer = await eventually("told", whole, ({ reasons }) => reasons.some((reason) => reason.includes("no.such.filter")));
    expect(answer.ready).toBe(false);
    expect((await get(lab.ports.agent, "/healthz/ready")).status).toBe(503);
  });

  test("not made ready by a good change beside the refused one, nor by a new Envoy; by mending it", async () => {
    lab.resources.get("listener")?.set("bad", brokenListener("bad"));
    const controller = await lab.startController();
    const agent = lab.startAgent();
    const waits = ({ reasons }: { readonly reasons: readonly string[] }) => reasons.join().includes("waiting for listeners (bad)");
    await eventually("told", whole, waits);
    controller.set("listener", listener("beside", 0));
    controller.set("route", route("beside", { text: "beside" }));
    await eventually(
      "the change acknowledged",
      () => controller.requests.some((request) => request.nonce !== "" && !request.error && request.typeUrl.endsWith(".Listener")),
      (acknowledged) => acknowledged,
    );
    // A listener that is acknowledged may still wait for its routes.
    await eventually(
      "the app is served",
      () => call(),
      (text) => text === "app /x",
    );
    expect(await status()).toBe(503);
    const killed = envoyPid(agent);
    process.kill(killed, "SIGKILL");
    await eventually(
      "a new Envoy serves",
      async () => ({ text: await call(), pid: envoyPid(agent) }),
      ({ pid }) => pid !== killed,
    );
    await eventually("still waiting", whole, waits);
    controller.set("route", route("bad", { text: "mended" }));
    controller.set("listener", listener("bad", 0));
    await ready();
  });

  test("a first route that Envoy refuses leaves the pod unready too", async () => {
    lab.resources.get("route")?.set("web", brokenRoute("web"));
    const controller = await lab.startController();
    lab.startAgent();
    // Envoy is waited for before it refuses.
    const answer = await eventually("told", whole, ({ reasons }) => reasons.join().includes("route web was refused by Envoy"));
    expect(answer.reasons.join()).toContain("waiting for routes (web)");
    expect(await status()).toBe(503);
    controller.set("route", route("web", { cluster: "app" }));
    await ready();
  });

  test("rotation: the certificate changes, an open connection goes on, the controller is dialled with the new one", async () => {
    lab.resources.get("listener")?.set("web", listener("web", lab.ports.app, true));
    const controller = await lab.startController(9000);
    lab.startAgent();
    await ready();
    const first = await secure();
    const serial = first.getPeerCertificate().serialNumber;
    expect(first.getPeerCertificate().subjectaltname).toBe("URI:spiffe://cluster.local/ns/entry/sa/client");
    await eventually(
      "a second certificate",
      () => controller.issued(),
      (issued) => issued >= 2,
      30_000,
    );
    await eventually(
      "new connections see it",
      async () => {
        const next = await secure();
        const seen = next.getPeerCertificate().serialNumber;
        next.destroy();
        return seen;
      },
      (seen) => seen !== serial,
    );
    first.write("GET /kept HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(await new Promise<string>((done) => first.once("data", (data: Buffer) => done(data.toString())))).toContain("app /kept");
    first.destroy();
    // It hangs up to dial with the new certificate, and is back at once.
    await eventually("dialled again", controller.streams, (streams) => streams === 1);
  });

  test("TERM: readiness goes, an open connection gets its time, agent and Envoy end with status 0", async () => {
    const { agent } = await startBoth();
    const envoy = envoyPid(agent);
    agent.signal("SIGTERM");
    await eventually("ending", whole, ({ ready: still, reasons }) => !still && reasons.includes("the pod is ending"));
    expect(await agent.ended).toBe(0);
    expect(existsSync(`/proc/${envoy}`)).toBe(false);
    expect(agent.log()).toContain("draining listeners");
  });

  test("EXIT_ON_ZERO_ACTIVE_CONNECTIONS: TERM waits for the last connection, however long it takes, and no longer", async () => {
    await lab.startController();
    const agent = lab.startAgent({ EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true", MINIMUM_DRAIN_DURATION: "100ms" });
    await ready();
    const held = connect(lab.ports.app, "127.0.0.1");
    held.on("error", () => undefined);
    await new Promise((open) => held.once("connect", open));
    held.write("GET /held HTTP/1.1\r\nhost: x\r\n");
    agent.signal("SIGTERM");
    const waits = (): number => agent.log().split("waiting for connections to end").length - 1;
    await eventually("waited for", waits, (count) => count >= 2);
    expect(runs(envoyPid(agent))).toBe(true);
    held.destroy();
    expect(await agent.ended).toBe(0);
  });

  test("`request POST drain` ends readiness and sends inbound connections away, though nothing ends yet", async () => {
    const { agent } = await startBoth();
    expect(await keepAliveAnswer()).not.toContain("connection: close");
    const run = spawnSync(process.execPath, ["src/main/agent.ts", "request", `--debug-port=${lab.ports.agent}`, "POST", "drain"]);
    expect(run.status).toBe(0);
    expect((await whole()).reasons).toEqual(["the pod is ending"]);
    expect(await keepAliveAnswer()).toContain("connection: close");
    expect(runs(envoyPid(agent))).toBe(true);
  });

  test("metrics of app, Envoy and agent in one; probes reach the app; commands only by POST", async () => {
    const { port } = app;
    await lab.startController();
    lab.startAgent({
      ISTIO_KUBE_APP_PROBERS: JSON.stringify({
        "/app-health/app/readyz": { httpGet: { path: "/health", port } },
        "/app-health/app/livez": { tcpSocket: { port } },
        "/app-health/gone/livez": { httpGet: { path: "/", port: 1 } },
      }),
      ISTIO_PROMETHEUS_ANNOTATIONS: JSON.stringify({ scrape: "true", port: String(port), path: "/app-metrics" }),
    });
    await ready();
    const text = (await get(lab.ports.agent, "/stats/prometheus")).body.toString();
    expect(text).toContain("app /app-metrics");
    expect(text).toMatch(/^envoy_server_uptime/m);
    expect(text).toContain('fairlead_agent_store_resources{type="cluster"} 1');
    expect((await get(lab.ports.agent, "/app-health/app/readyz")).body.toString()).toBe("app /health");
    expect((await get(lab.ports.agent, "/app-health/app/livez")).status).toBe(200);
    expect((await get(lab.ports.agent, "/app-health/gone/livez")).status).toBe(500);
    expect((await get(lab.ports.agent, "/app-health/none/livez")).status).toBe(404);
    expect((await get(lab.ports.agent, "/quitquitquit")).status).toBe(405);
    expect((await get(lab.ports.prometheus, "/stats/prometheus")).status).toBe(200);
  });

  test("a store that was damaged is no reason not to start", async () => {
    const { agent, controller } = await startBoth();
    agent.signal("SIGTERM");
    await agent.ended;
    rmSync(join(lab.folder, "data/listener.log"));
    const again = lab.startAgent();
    await ready();
    expect(await call()).toBe("app /x");
    expect(again.log()).not.toContain("Error");
    expect(controller.streams()).toBe(1);
  });
});
