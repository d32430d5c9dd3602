import { finding } from "../../telemetry/catalogue.ts";
import type { FinalRule } from "./final-pod.ts";

/** A sidecar among the init containers says that it goes on running. */
export const nativeRestarts: FinalRule = ({ proxy }) =>
  proxy?.init && proxy.container.restartPolicy !== "Always" ? [finding("nativeRestartLost", `${proxy.path}.restartPolicy`, {})] : [];
