import { createServer } from "node:http";
import { expect, test } from "vitest";
import { mergedMetrics } from "../../../src/agent/merged-metrics.ts";

const app = (...ports: readonly number[]) => ({
  probes: {},
  agentPorts: [],
  host: "127.0.0.1",
  metrics: ports.map((port) => ({ port, path: "/metrics" })),
});

async function withApp<T>(text: string, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  try {
    return await use((server.address() as { readonly port: number }).port);
  } finally {
    server.close();
  }
}

test("three parts in one text; the app's end mark does not cut off what follows", async () => {
  const [port, text] = await withApp("app_total 1\n# EOF\n", async (at) => {
    const sources = { app: app(at), admin: { metrics: async () => Buffer.from("envoy_x 2") }, own: () => "agent_y 3\n" };
    return [at, await mergedMetrics(sources)] as const;
  });
  expect(text.toString()).toBe(
    "app_total 1\nenvoy_x 2\nagent_y 3\n# TYPE fairlead_agent_scrape_failed gauge\n" +
      `fairlead_agent_scrape_failed{source="application",target="${port}:/metrics"} 0\nfairlead_agent_scrape_failed{source="envoy"} 0\n`,
  );
});

test("a part that does not answer is left out, and told", async () => {
  const admin = {
    metrics: async (): Promise<Buffer> => {
      throw new Error("refused");
    },
  };
  const text = (await mergedMetrics({ app: app(1), admin, own: () => "" })).toString();
  expect(text).toContain('scrape_failed{source="application",target="1:/metrics"} 1');
  expect(text).toContain('scrape_failed{source="envoy"} 1');
});

test("containers of the app in the order in which they are named, and one that does not answer costs no other", async () => {
  const admin = { metrics: async () => Buffer.from("envoy_x 2\n") };
  const text = await withApp("one 1\n# EOF\n", (one) =>
    withApp("two 2", async (two) => (await mergedMetrics({ app: app(two, 1, one), admin, own: () => "" })).toString()),
  );
  expect(text).toMatch(/^two 2\none 1\nenvoy_x 2\n/);
  expect(text).toContain('scrape_failed{source="application",target="1:/metrics"} 1');
});

test("a place stands in its label whatever its path is, and once though it is named twice", async () => {
  const twice = [1, 1].map((port) => ({ port, path: '/a"b\\c' }));
  const admin = { metrics: async () => Buffer.from("") };
  const text = (await mergedMetrics({ app: { ...app(), metrics: twice }, admin, own: () => "" })).toString();
  expect(text.match(/source="application".*/g)).toEqual(['source="application",target="1:/a\\"b\\\\c"} 1']);
});
