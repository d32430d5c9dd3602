import { expect, test } from "vitest";
import { createAppEndWatch } from "../../../src/agent/app-end-watch.ts";
import { err, ok, type Result } from "../../../src/base/result.ts";
import { APP_ENDED_ANSWER } from "../../../src/rpc/app-end.ts";
import type { RpcFailure } from "../../../src/rpc/failure.ts";
import type { GrpcClient } from "../../../src/rpc/grpc-client.ts";
import { heldClock } from "./held-clock.ts";

const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Each question gets the next answer; without one there is no client. */
function scripted(answers: (Result<Uint8Array, RpcFailure> | undefined)[]) {
  const clock = heldClock();
  const told = { ended: 0, asked: [] as string[], closed: 0, warned: [] as string[] };
  const log = { debug: () => {}, info: () => {}, warn: (_: object, message: string) => void told.warned.push(message), error: () => {} };
  const dial = (): GrpcClient | undefined => {
    const answer = answers.shift();
    if (answer === undefined) return undefined;
    return {
      unary: async (_, request) => {
        told.asked.push(Buffer.from(request).toString());
        return answer;
      },
      bidi: () => {
        throw new Error("no stream is opened");
      },
      close: () => void told.closed++,
    };
  };
  const watch = createAppEndWatch({ nodeId: "node", dial, clock, log, ended: () => void told.ended++ });
  return { clock, told, watch };
}

test("asks until the app has ended, through a missing certificate and a controller that is away, and tells it once", async () => {
  const away = err({ code: "unavailable", message: "away" } as RpcFailure);
  const { clock, told, watch } = scripted([undefined, away, ok(APP_ENDED_ANSWER.running), ok(Uint8Array.of()), ok(APP_ENDED_ANSWER.ended)]);
  watch.start();
  for (let look = 0; look < 4; look++) {
    await settle();
    expect(told.ended).toBe(0);
    clock.advance(5000);
  }
  await settle();
  expect(told).toEqual({ ended: 1, asked: ["node", "node", "node", "node"], closed: 4, warned: [] });
  expect(clock.pending()).toBe(0);
});

test("a controller of a version before the question is told of once, and asked on: it may be upgraded", async () => {
  const none = err({ code: "unimplemented", message: "no method" } as RpcFailure);
  const { clock, told, watch } = scripted([none, none, none, ok(APP_ENDED_ANSWER.ended)]);
  watch.start();
  for (let look = 0; look < 4; look++) {
    await settle();
    expect(told.warned).toEqual([expect.stringContaining("too old")]);
    clock.advance(5000);
  }
  await settle();
  expect(told).toMatchObject({ ended: 1, closed: 4 });
});

test("stopped, it tells nothing", async () => {
  const { clock, told, watch } = scripted([ok(APP_ENDED_ANSWER.ended)]);
  watch.start();
  watch.stop();
  await settle();
  clock.advance(60_000);
  expect(told.ended).toBe(0);
});
