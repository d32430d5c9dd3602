import { afterEach, beforeEach, expect, test } from "vitest";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";
import { xdsClient } from "./xds-client.ts";
import { pod, workload, type XdsWorld, xdsWorld } from "./xds-world.ts";

let world: XdsWorld;
beforeEach(async () => {
  world = await xdsWorld();
  world.pods.set("a/client", pod("a", "client", "app"));
});
afterEach(() => world.stop());

const typeUrl = TYPE_URLS.cluster;
const node = { id: "sidecar~10.0.0.1~client.a~a.svc.cluster.local", cluster: "", metadata: {} };
const text = (body: string) => new TextEncoder().encode(body);

async function connected() {
  return xdsClient(world.client(await workload(world.authority, "a", "app")));
}

test("a change is pushed, a rejection is told to the owner and shown in the status", async () => {
  world.publisher.change(["cluster", "x", text("1")]);
  const client = await connected();
  client.ask({ typeUrl, node });
  const first = await client.hear();
  expect(first.resources.map(({ name }) => name)).toEqual(["x"]);
  client.ask({ typeUrl, nonce: first.nonce });
  world.publisher.change(["cluster", "x", text("2")]);
  const second = await client.hear();
  expect(await world.metrics()).toContain("pilot_proxy_convergence_time_count 0");
  client.ask({ typeUrl, nonce: second.nonce, error: { code: 13, message: "x is bad" } });
  await until(() => world.rejections.length > 0);
  expect(world.rejections).toEqual([{ typeUrl, names: ["x"], message: "x is bad" }]);
  const [status] = world.server.connections();
  expect(status?.types.cds).toMatchObject({ state: "rejected", rejected: { x: "x is bad" }, held: 1 });
  await until(async () => (await world.metrics()).includes("pilot_proxy_convergence_time_count 1"));
  expect(await world.metrics()).toContain('pilot_total_xds_rejects{type="cds"} 1');
  expect(world.logged).toContainEqual(
    expect.objectContaining({ msg: "proxy rejected configuration", resources: ["x"], detail: "x is bad" }),
  );
});

test("after a reconnect that holds everything there is silence, then only what changes", async () => {
  world.publisher.change(["cluster", "x", text("1")], ["cluster", "y", text("1")]);
  const before = await connected();
  before.ask({ typeUrl, node });
  const { resources } = await before.hear();
  const after = await connected();
  after.ask({ typeUrl, node, initialVersions: new Map(resources.map(({ name, version }) => [name, version])) });
  await until(() => world.server.connections().length === 2);
  world.publisher.change(["cluster", "y", text("2")]);
  const answer = await after.hear();
  expect(answer.resources.map(({ name }) => name)).toEqual(["y"]);
});

test("fifty proxies that come at once are all served, and a proxy that goes is forgotten", async () => {
  const many = Array.from({ length: 2000 }, (_, i) => ["cluster", `c${i}`, text(`${i}`.padEnd(500))] as const);
  world.publisher.change(...many);
  const identity = await workload(world.authority, "a", "app");
  const received = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const client = xdsClient(world.client(identity));
      client.ask({ typeUrl, node });
      let count = 0;
      for (let more = true; more; ) {
        const response = await client.hear();
        count += response.resources.length;
        more = response.more;
        client.ask({ typeUrl, nonce: response.nonce });
      }
      return count;
    }),
  );
  expect(received).toEqual(Array(50).fill(2000));
  expect(await world.metrics()).toMatch(/^pilot_xds\{version="unknown"\} 50$/m);
});

test("a replica that stops sends its proxies away with a word they retry on", async () => {
  const client = await connected();
  client.ask({ typeUrl, node });
  await client.hear();
  const stopped = world.server.stop();
  expect(await client.ended).toMatchObject({ code: "unavailable" });
  await stopped;
  world = await xdsWorld();
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
