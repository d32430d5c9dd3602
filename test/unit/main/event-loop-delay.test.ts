import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { measureEventLoopDelay } from "../../../src/main/event-loop-delay.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

test("the worst delay is that of the longest work, and only until it was read", async () => {
  const metrics = createMetrics({ version: "1" });
  const measuring = measureEventLoopDelay(metrics);
  const worst = async () => Number(/^fairlead_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m.exec(await metrics.text())?.[1]);
  await sleep(50);
  await worst();
  // Node counts from the first timer after the reset.
  await sleep(50);
  // Blocks the thread as synchronous work would.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  await sleep(50);
  expect(await worst()).toBeGreaterThan(0.4);
  await sleep(50);
  expect(await worst()).toBeLessThan(0.4);
  await measuring.stop();
});
