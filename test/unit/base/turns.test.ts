import { describe, expect, it } from "vitest";
import { createTurns } from "../../../src/base/turns.ts";
import { spentClock } from "./spent-clock.ts";

describe("turns", () => {
  const setUp = () => {
    const time = spentClock();
    const failed: unknown[] = [];
    const turns = createTurns({ clock: time.clock, sliceMs: 5, failed: (error) => failed.push(error) });
    return { ...time, turns, failed };
  };

  it("are taken in slices, in order; what the caller does comes first", async () => {
    const { turns, spend, runPlanned } = setUp();
    const done: number[] = [];
    for (let i = 0; i < 12; i++) {
      turns.take(() => {
        done.push(i);
        spend(1);
      });
    }
    expect(done).toEqual([]);
    await Promise.resolve();
    expect(done).toEqual([0, 1, 2, 3, 4]);
    runPlanned();
    expect(done).toHaveLength(10);
    runPlanned();
    runPlanned();
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("that come one by one in one turn have one slice together", async () => {
    const { turns, spend, runPlanned } = setUp();
    const done: number[] = [];
    for (let i = 0; i < 8; i++) {
      turns.take(() => {
        done.push(i);
        spend(1);
      });
      await Promise.resolve();
    }
    expect(done).toEqual([0, 1, 2, 3, 4]);
    runPlanned();
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("without a length are one task a turn", async () => {
    const { clock, runPlanned } = spentClock();
    const turns = createTurns({ clock, sliceMs: 0, failed: () => undefined });
    const done: number[] = [];
    for (let i = 0; i < 3; i++) turns.take(() => done.push(i));
    await Promise.resolve();
    expect(done).toEqual([0]);
    runPlanned();
    expect(done).toEqual([0, 1]);
    runPlanned();
    expect(done).toEqual([0, 1, 2]);
  });

  it("one that is longer than a slice is finished, and has the slice to itself", async () => {
    const { turns, spend, runPlanned } = setUp();
    const done: string[] = [];
    for (const name of ["long", "next"]) {
      turns.take(() => {
        done.push(name);
        spend(name === "long" ? 50 : 1);
      });
    }
    await Promise.resolve();
    expect(done).toEqual(["long"]);
    runPlanned();
    expect(done).toEqual(["long", "next"]);
  });

  it("one that throws stops no other", async () => {
    const { turns, failed } = setUp();
    const done: string[] = [];
    turns.take(() => {
      throw new Error("planted");
    });
    turns.take(() => done.push("after"));
    await Promise.resolve();
    expect([failed.map(String), done]).toEqual([["Error: planted"], ["after"]]);
  });
});
