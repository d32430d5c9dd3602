import { expect, test } from "vitest";
import { decodeDeltaResponse } from "../../../src/rpc/delta-encoding.ts";
import { type ResourceType, TYPE_URLS } from "../../../src/rpc/resource.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { openConnection } from "../../../src/xds/connection.ts";
import { createXdsMetrics, shortName } from "../../../src/xds/xds-metrics.ts";
import { heldClock } from "./held-clock.ts";
import { scriptedPublisher } from "./scripted-publisher.ts";

const proxy = { id: "sidecar~10.0.0.1~a.b~b", type: "sidecar", name: "a", namespace: "b", serviceAccount: "c" } as const;
const text = (body: string) => new TextEncoder().encode(body);

function open() {
  const clock = heldClock(0);
  const publisher = scriptedPublisher();
  const sent: string[] = [];
  const send = (bytes: Uint8Array, flushed?: () => void) => {
    const { typeUrl, nonce } = decodeDeltaResponse(bytes);
    sent.push(`${shortName(typeUrl)} ${nonce}`);
    flushed?.();
  };
  const stream = { send, end: () => undefined, pause: () => undefined, resume: () => undefined };
  const metrics = createXdsMetrics(createMetrics({ version: "test" }));
  const connection = openConnection({ publisher, proxy, stream, turns: { take: (task) => task() }, clock, metrics });
  const ask = (type: ResourceType, nonce = "", subscribe: readonly string[] = []) =>
    connection.request({ typeUrl: TYPE_URLS[type], subscribe, unsubscribe: [], initialVersions: new Map(), nonce });
  ask("cluster");
  ask("cluster", "1");
  ask("route", "", ["80"]);
  ask("route", "1");
  sent.length = 0;
  return { clock, publisher, sent, ask, connection };
}

test("routes go without warm clusters after a second, and no sooner", () => {
  const { clock, publisher, sent } = open();
  publisher.change(["cluster", "x", text("1")], ["route", "80", text("1")]);
  clock.move(999);
  expect(sent).toEqual(["cds 2"]);
  clock.move(1);
  expect(sent).toEqual(["cds 2", "rds 2"]);
});

test("what is left of one wait does not cut the next short", () => {
  const { clock, publisher, sent, ask } = open();
  publisher.change(["cluster", "x", text("1")], ["route", "80", text("1")]);
  clock.move(900);
  ask("cluster", "2");
  ask("route", "2");
  publisher.change(["cluster", "x", text("2")], ["route", "80", text("2")]);
  clock.move(900);
  expect(sent).toEqual(["cds 2", "rds 2", "cds 3"]);
  ask("cluster", "3");
  expect(sent.at(-1)).toBe("rds 3");
});

test("a closed connection leaves no timer and says no more", () => {
  const { clock, publisher, sent, connection } = open();
  publisher.change(["cluster", "x", text("1")], ["route", "80", text("1")]);
  connection.close();
  expect(clock.planned()).toBe(0);
  publisher.change(["cluster", "x", text("2")]);
  expect(sent).toEqual(["cds 2"]);
});
