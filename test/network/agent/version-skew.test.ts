// An agent with a controller of another version: one that does not know all that the agent asks, and one that says more than it knows.
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bodyOf, encodeResource } from "../../../src/rpc/delta-encoding.ts";
import type { EncodedResource } from "../../../src/rpc/resource.ts";
import { futureFields } from "../../unit/xds/future-fields.ts";
import { type AgentLab, ENVOY, eventually, get, openAgentLab, startApp } from "./agent-lab.ts";
import { cluster, endpoints, listener, route } from "./sample-resources.ts";

let lab: AgentLab;
let app: Awaited<ReturnType<typeof startApp>>;
beforeEach(async () => {
  lab = await openAgentLab();
  app = await startApp();
});
afterEach(async () => {
  await lab.close();
  app.server.close();
});

function serve(as: (resource: EncodedResource) => EncodedResource): void {
  lab.resources.get("cluster")?.set("app", as(cluster("app")));
  lab.resources.get("endpoint")?.set("app", as(endpoints("app", app.port)));
  lab.resources.get("listener")?.set("web", as(listener("web", lab.ports.app)));
  lab.resources.get("route")?.set("web", as(route("web", { cluster: "app" })));
}

/** As a later controller may send it: with fields that neither this agent nor this Envoy knows, in the message and around it. */
function ofLater(resource: EncodedResource): EncodedResource {
  const { typeUrl, body } = bodyOf(resource);
  const made = encodeResource(resource.name, typeUrl, Buffer.concat([body, futureFields()]));
  return { ...made, bytes: Buffer.concat([made.bytes, futureFields()]) };
}

const isReady = async (): Promise<boolean> => (await get(lab.ports.status, "/healthz/ready")).status === 200;
const call = async (): Promise<string> => (await get(lab.ports.app, "/x")).body.toString();

describe.skipIf(!existsSync(ENVOY))("the agent with a controller of another version", () => {
  test("an earlier one does not know whether an app has ended: told once, and the sidecar serves all the same", async () => {
    serve((resource) => resource);
    await lab.startController();
    const agent = lab.startAgent({ FAIRLEAD_END_WITH_APP: "true" });
    await eventually("ready", isReady, Boolean);
    expect(await call()).toBe("app /x");
    await eventually("told", agent.log, (log) => log.includes("too old to say when the app has ended"));
    expect(await isReady()).toBe(true);
  });

  test("a later one sends fields, and its injector variables, settings and flags, that are not known here: all that is known is in force", async () => {
    serve(ofLater);
    const controller = await lab.startController();
    const settings = { ...JSON.parse(lab.environment["PROXY_CONFIG"] ?? "{}"), futureSetting: { deep: [{ a: true }] } };
    const env = { PROXY_CONFIG: JSON.stringify(settings), FAIRLEAD_FUTURE: "true", ISTIO_META_FUTURE: "x" };
    const agent = lab.startAgent(env, ["--futureFlag=1"]);
    await eventually("ready", isReady, Boolean).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${agent.log()}`);
    });
    expect(await call()).toBe("app /x");
    controller.set("route", ofLater(route("web", { text: "changed" })));
    await eventually("changed", call, (text) => text === "changed");
    expect(controller.requests.filter(({ error }) => error !== undefined)).toEqual([]);
    const [first] = controller.requests;
    expect(first?.node?.metadata).toMatchObject({ FUTURE: "x", ISTIO_VERSION: expect.stringMatching(/^\d/), PROXY_CONFIG: settings });
    expect(agent.log()).toContain('"flags":["--futureFlag"]');
  });
});
