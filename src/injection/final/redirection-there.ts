import { REDIRECTION_CONTAINER } from "../../base/proxy-containers.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { FinalRule } from "./final-pod.ts";

/** Traffic that is to be led to the sidecar is led there. */
export const redirectionThere: FinalRule = ({ all, proxy, redirected }) => {
  if (proxy === undefined || !redirected) return [];
  const there = all.some(({ container, init }) => init && container.name === REDIRECTION_CONTAINER);
  return there ? [] : [finding("redirectionMissing", "spec.initContainers", {})];
};
