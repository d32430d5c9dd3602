import { finding } from "../../telemetry/catalogue.ts";
import { type Report, type ReportOptions, reportObjects } from "../events/report-objects.ts";
import type { UninjectedPod } from "./follow-uninjected.ts";

/** Tells, namespace by namespace, of pods that run without the sidecar they should have: no rule holds for their calls. */
export function reportUninjected(
  options: Omit<ReportOptions<string, UninjectedPod>, "line" | "happening">,
  signal: AbortSignal,
): Report<string, UninjectedPod> {
  const { log } = options;
  return reportObjects(
    {
      ...options,
      line: (namespace, { count, names, one }) => {
        const { code, message } = missed(one);
        if (count === 0) log.info({ namespace }, "every pod of this namespace has the sidecar that it should have");
        else log.warn({ namespace, count, pods: names, reason: message, code }, "pods run without the sidecar that they should have");
      },
      happening: (_, about) => ({ about, type: "Warning", reason: "NotInjected", action: "Watching", note: missed(about).message }),
    },
    signal,
  );
}

function missed(pod: UninjectedPod | undefined) {
  return finding("podWithoutSidecar", "spec.containers", { reason: pod?.why ?? "" });
}
