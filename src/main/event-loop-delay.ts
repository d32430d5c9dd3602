import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics } from "../telemetry/metrics.ts";

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.9, 0.99, 1];

/** How long timers had to wait since the metrics were read last: what synchronous work costs webhooks and proxies. */
export function measureEventLoopDelay(metrics: Metrics): { stop(): Promise<void> } {
  const help = "How late the event loop was since the metrics were read last; quantile 1 is the worst.";
  const gauge = metrics.gauge("fairlead_event_loop_delay_seconds", help, ["quantile"]);
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  metrics.beforeText(() => {
    for (const quantile of QUANTILES) {
      // What is recorded counts from the timer before, so an idle loop shows the resolution.
      const seconds = delays.count === 0 ? 0 : delays.percentile(quantile * 100) / 1e9 - RESOLUTION_MS / 1e3;
      gauge.set({ quantile: String(quantile) }, Math.max(0, seconds));
    }
    delays.reset();
  });
  return { stop: async () => void delays.disable() };
}
