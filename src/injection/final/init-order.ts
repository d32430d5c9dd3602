import { PROXY_CONTAINER, REDIRECTION_CONTAINER } from "../../base/proxy-containers.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type FinalRule, isOurs } from "./final-pod.ts";

const UNCAPTURED = "before istio-init, so its calls are not led through the sidecar and no rule holds for them";
const CUT_OFF = "behind istio-init and before the sidecar, so its calls are refused";

/** Where the sidecar runs beside the init containers, those of the app come behind it. */
export const initOrder: FinalRule = ({ all, proxy }) => {
  if (!proxy?.init) return [];
  const index = (name: string): number => all.findIndex(({ container, init }) => init && container.name === name);
  const [redirected, served] = [index(REDIRECTION_CONTAINER), index(PROXY_CONTAINER)];
  return all.slice(0, served).flatMap(({ container, path }, at) => {
    const place = redirected >= 0 && at > redirected ? CUT_OFF : UNCAPTURED;
    return isOurs(container) ? [] : [finding("initBeforeSidecar", path, { name: container.name, place })];
  });
};
