import { once } from "node:events";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listenTls, type TlsListener } from "../../../src/rpc/tls-listener.ts";
import { createTlsSource } from "../../../src/rpc/tls-source.ts";
import { servingCertificate } from "../admission/serving-certificate.ts";
import { spentClock } from "../base/spent-clock.ts";

const clients: TLSSocket[] = [];
let time: ReturnType<typeof spentClock>;
let listener: TlsListener;
let taken: TLSSocket[];

beforeEach(async () => {
  const { cert, key } = servingCertificate("fairlead");
  time = spentClock();
  taken = [];
  listener = await listenTls({
    ...{ host: "127.0.0.1", port: 0, clock: time.clock },
    source: createTlsSource({ certPem: cert, key: { reveal: () => key }, rootPem: cert }),
    connected: (socket) => taken.push(socket),
    failed: (error) => {
      throw error;
    },
  });
});

afterEach(() => {
  listener.close();
  for (const socket of [...clients.splice(0), ...taken]) socket.destroy();
});

function dial(): TLSSocket {
  const client = connectTls({ host: "127.0.0.1", port: listener.port, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  client.on("error", () => undefined);
  clients.push(client);
  return client;
}

/** However it ends. */
const closed = (client: TLSSocket) => new Promise<void>((resolve) => void client.on("close", () => resolve()));
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

test("many that connect at once begin their handshakes one a turn, and all are handed over", async () => {
  for (let i = 0; i < 8; i++) dial();
  let turns = 0;
  while (taken.length < 8) {
    if (time.runPlanned()) turns++;
    await tick();
  }
  expect(turns).toBeGreaterThanOrEqual(7);
  expect(taken.map((socket) => socket.alpnProtocol)).toEqual(Array(8).fill("h2"));
});

test("whoever has waited longer than he would wait for is sent away, to dial again", async () => {
  const first = dial();
  const second = dial();
  await Promise.all([first, second].map((client) => once(client, "connect")));
  while (taken.length < 1) await tick();
  time.spend(4_001);
  const ended = closed(second);
  while (time.runPlanned()) await tick();
  await ended;
  expect(taken).toHaveLength(1);
});

test("once it is closed nobody is handed over any more", async () => {
  const first = dial();
  while (taken.length < 1) await tick();
  const second = dial();
  await once(second, "connect");
  const ended = closed(second);
  listener.close();
  while (!second.destroyed) {
    time.runPlanned();
    await tick();
  }
  await ended;
  expect(taken).toHaveLength(1);
  expect(first.destroyed).toBe(false);
});
