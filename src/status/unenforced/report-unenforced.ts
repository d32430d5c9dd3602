import type { UnenforcedKind } from "../../api/unenforced-kinds.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { EventSubject } from "../events/happening.ts";
import { type Report, type ReportOptions, reportObjects } from "../events/report-objects.ts";

/** Tells of objects that have no effect. Who wrote one relies on what does not happen. */
export function reportUnenforced(
  options: Omit<ReportOptions<UnenforcedKind, EventSubject>, "line" | "happening">,
  signal: AbortSignal,
): Report<UnenforcedKind, EventSubject> {
  const { log } = options;
  return reportObjects(
    {
      ...options,
      line: (kind, { count, names }) => {
        const fields = { kind: kind.kind, group: kind.group, count };
        const { code, message } = unenforced(kind);
        if (count === 0) log.info(fields, "no object of this kind is left that has no effect");
        else log.warn({ ...fields, objects: names, reason: message, code }, "the cluster holds objects that have no effect");
      },
      happening: (kind, about) => ({
        ...{ about, type: "Warning", reason: "NotEnforced", action: "Watching" },
        note: unenforced(kind).message,
      }),
    },
    signal,
  );
}

function unenforced({ kind, meaning, instead }: UnenforcedKind) {
  return finding("kindUnenforced", "kind", { kind, meaning, instead });
}
