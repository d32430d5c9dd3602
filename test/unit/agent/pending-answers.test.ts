import { beforeEach, expect, test } from "vitest";
import { createPendingAnswers, type PendingAnswers } from "../../../src/agent/pending-answers.ts";
import { type HeldClock, heldClock } from "./held-clock.ts";

let clock: HeldClock;
let sent: string[];
let answers: PendingAnswers;
const resource = (name: string, version: string) => ({ name, version, bytes: new Uint8Array() });

beforeEach(() => {
  clock = heldClock();
  sent = [];
  answers = createPendingAnswers(clock, (typeUrl, nonce, error) => sent.push([typeUrl, nonce, error ?? "ack"].join(" ")));
});

test("nothing to wait for is acknowledged at once", () => {
  answers.wait("t", "1", []);
  expect(sent).toEqual(["t 1 ack"]);
});

test("acknowledged when Envoy took the last of its resources, in that very version", () => {
  answers.wait("t", "1", [resource("a", "v1"), resource("b", "v1")]);
  answers.accepted("t", [resource("a", "v1"), resource("b", "v0")]);
  expect(sent).toEqual([]);
  answers.accepted("t", [resource("b", "v1")]);
  expect(sent).toEqual(["t 1 ack"]);
  expect(clock.pending()).toBe(0);
});

test("a refusal answers the response that carried the resource, with Envoy's words", () => {
  answers.wait("t", "1", [resource("a", "v1")]);
  answers.wait("t", "2", [resource("b", "v1")]);
  answers.rejected("t", [resource("a", "v1")], "bad a");
  expect(sent).toEqual(["t 1 bad a"]);
});

test("after a quarter of a second it is acknowledged as stored; a later refusal names the last response of the type", () => {
  answers.wait("t", "1", [resource("a", "v1")]);
  clock.advance(250);
  answers.rejected("t", [resource("a", "v1")], "late");
  expect(sent).toEqual(["t 1 ack", "t 1 late"]);
});

test("Envoy gone: all are acknowledged; the controller gone: none", () => {
  answers.wait("t", "1", [resource("a", "v1")]);
  answers.release();
  expect(sent).toEqual(["t 1 ack"]);
  answers.wait("t", "2", [resource("a", "v2")]);
  answers.forget();
  clock.advance(1000);
  answers.rejected("t", [resource("a", "v2")], "of a stream that is gone");
  expect(sent).toEqual(["t 1 ack"]);
});
