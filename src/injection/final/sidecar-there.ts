import { finding } from "../../telemetry/catalogue.ts";
import type { FinalRule } from "./final-pod.ts";

/** The sidecar that was asked for is there. */
export const sidecarThere: FinalRule = ({ proxy, reason }) =>
  proxy === undefined ? [finding("sidecarMissing", "spec.containers", { reason })] : [];
