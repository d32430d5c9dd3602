import { describe, expect, it } from "vitest";
import { UNENFORCED_KINDS, type UnenforcedKind } from "../../../../src/api/unenforced-kinds.ts";
import type { EventSubject, Happening } from "../../../../src/status/events/happening.ts";
import { createLeadership } from "../../../../src/status/leadership.ts";
import { reportUnenforced } from "../../../../src/status/unenforced/report-unenforced.ts";
import { heldClock } from "../../xds/held-clock.ts";
import { settled } from "../fake-api.ts";

const POLICY = UNENFORCED_KINDS[0] as UnenforcedKind;

function objects(count: number): ReadonlyMap<string, EventSubject> {
  const { group, kind } = POLICY;
  const names = Array.from({ length: count }, (_, i) => `p-${i}`);
  return new Map(
    names.map((name) => [`shop/${name}`, { apiVersion: `${group}/v1`, kind, namespace: "shop", name, uid: `uid-${name}` }] as const),
  );
}

function reporter() {
  const clock = heldClock(0);
  const leadership = createLeadership();
  const told = { lines: [] as string[], counts: [] as number[], events: [] as Happening[] };
  const line = (level: string) => (fields: object, message: string) =>
    void told.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const report = reportUnenforced(
    {
      ...{ clock, leadership },
      gauge: (_, count) => void told.counts.push(count),
      recordOnce: async (happening) => void told.events.push(happening),
      log: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    },
    new AbortController().signal,
  );
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      clock.move(1_000);
      await settled();
    }
  };
  return { leadership, told, report, pass };
}

describe("objects of a kind that is not enforced", () => {
  it("are told by each replica's log and metric, and by the leader's Events alone", async () => {
    const { leadership, told, report, pass } = reporter();
    report(POLICY, objects(2));
    await pass(3);
    expect(told.counts).toEqual([2]);
    expect(told.lines).toHaveLength(1);
    expect(told.lines[0]).toMatch(/^warn .*"kind":"AuthorizationPolicy".*"count":2.*shop\/p-0.*let through.*FL1101/);
    expect(told.events).toEqual([]);
    leadership.set(true);
    await pass(1);
    expect(told.events.map(({ about, type, reason }) => `${type} ${reason} ${about.name}`)).toEqual([
      "Warning NotEnforced p-0",
      "Warning NotEnforced p-1",
    ]);
    expect(told.events[0]?.note).toContain("requests that it would deny are let through");
  });

  it("are told once each, and again in the log when one comes or goes", async () => {
    const { leadership, told, report, pass } = reporter();
    leadership.set(true);
    report(POLICY, objects(1));
    await pass(3);
    report(POLICY, objects(1));
    report(POLICY, objects(2));
    report(POLICY, objects(2));
    await pass(3);
    report(POLICY, objects(0));
    await pass(3);
    expect(told.events).toHaveLength(2);
    expect(told.counts.at(-1)).toBe(0);
    expect(told.lines.map((line) => line.split(" ")[0])).toEqual(["warn", "warn", "info"]);
  });

  it("are told little by little where there are many", async () => {
    const { leadership, told, report, pass } = reporter();
    leadership.set(true);
    report(POLICY, objects(100));
    await settled();
    expect(told.events.length).toBeLessThanOrEqual(34);
    await pass(10);
    expect(told.events.length).toBeLessThanOrEqual(45);
    await pass(80);
    expect(told.events).toHaveLength(100);
    expect(told.lines).toHaveLength(1);
    expect(told.lines[0]?.length).toBeLessThan(1_000);
  });
});
