import fc from "fast-check";
import { test } from "vitest";
import { encodeDeltaRequest } from "../../src/rpc/delta-request.ts";
import type { RpcFailure } from "../../src/rpc/failure.ts";
import { TYPE_URLS } from "../../src/rpc/resource.ts";
import type { RpcStream } from "../../src/rpc/rpc-stream.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { adsService } from "../../src/xds/ads-service.ts";
import { createConnections } from "../../src/xds/connections.ts";
import { createXdsMetrics } from "../../src/xds/xds-metrics.ts";
import { heldClock } from "../unit/xds/held-clock.ts";
import { scriptedPublisher } from "../unit/xds/scripted-publisher.ts";
import { pod } from "../unit/xds/xds-world.ts";
import { fuzz } from "./fuzz.ts";
import { WORDS } from "./tokens.ts";

const NODE = { id: "sidecar~10.0.0.1~web.shop~shop.svc.cluster.local", cluster: "web", metadata: { LABELS: { app: "web" } } };
const NAMES = ["*", "outbound|80||api.example.com", "80", ...WORDS];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 20 }));

const requests = fc
  .record({
    node: fc.oneof({ weight: 9, arbitrary: fc.constant(NODE) }, { weight: 1, arbitrary: name.map((id) => ({ ...NODE, id })) }),
    typeUrl: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Object.values(TYPE_URLS)) }, { weight: 1, arbitrary: name }),
    subscribe: fc.array(name, { maxLength: 5 }),
    unsubscribe: fc.array(name, { maxLength: 5 }),
    initialVersions: fc.array(fc.tuple(name, name), { maxLength: 3 }).map((entries) => new Map(entries)),
    nonce: fc.constantFrom("", "1", "2", "x"),
    message: name,
  })
  .map(({ message, ...request }) => {
    const error = request.nonce === "" ? {} : { error: { code: 3, message: `${message}: outbound|80||api.example.com ${message}` } };
    return Buffer.from(encodeDeltaRequest({ ...request, ...error }));
  });

/** What the stream was ended with, where it was. */
function converse(service: ReturnType<typeof adsService>, messages: readonly Uint8Array[]): RpcFailure | undefined {
  let failure: RpcFailure | undefined;
  const stream: RpcStream = {
    send: (_, flushed) => flushed?.(),
    end: (reason) => {
      failure ??= reason;
    },
    pause: () => undefined,
    resume: () => undefined,
  };
  const peer = { uris: ["spiffe://cluster.local/ns/shop/sa/web"], notAfter: 1e13, serial: "1" };
  const handlers = service.handle(stream, { metadata: {}, peer, remote: "10.0.0.1:1" });
  for (const message of messages) handlers.message(message);
  handlers.closed(undefined);
  return failure;
}

test("any message of a proxy: answered, or the stream ends with a reason", async () => {
  const publisher = scriptedPublisher();
  publisher.change(["cluster", "outbound|80||api.example.com", Buffer.from("x")], ["route", "80", Buffer.from("x")]);
  const web = pod("shop", "web", "web");
  const service = adsService({
    publisher,
    trustDomain: () => "cluster.local",
    lookup: (namespace, name) => (namespace === "shop" && name === "web" ? web : undefined),
    connections: createConnections(),
    turns: { take: (task) => task() },
    clock: heldClock(0),
    log: createLogger({ name: "fuzz", destination: { write: () => undefined } }),
    metrics: createXdsMetrics(createMetrics({ version: "fuzz" })),
  });
  await fuzz({
    name: "ads-request",
    inputs: requests,
    seeds: [Buffer.from(encodeDeltaRequest({ node: NODE, typeUrl: TYPE_URLS.cluster, subscribe: ["*"], nonce: "1" }))],
    take: (input) => {
      const first = encodeDeltaRequest({ node: NODE, typeUrl: TYPE_URLS.cluster });
      for (const messages of [[input], [first, input, input]]) {
        const failure = converse(service, messages);
        if (failure !== undefined && failure.message.length < 5) throw new Error("a stream that ended without a reason");
      }
    },
    counts: { usual: 2500, soak: 1_000_000 },
  });
});
