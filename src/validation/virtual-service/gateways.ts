import { isHostname, isNamespaceName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkGateway: Check<string> = (value, path) => {
  const [name = "", namespace, rest] = value.split("/").toReversed();
  if (rest !== undefined || name === "" || (namespace !== undefined && !isNamespaceName(namespace) && namespace !== ".")) {
    return [finding("badGateway", path, { value })];
  }
  if (!isHostname(name)) return [finding("badGateway", path, { value })];
  return namespace === undefined && name.includes(".") ? [finding("gatewayFqdn", path, { value })] : [];
};

/** Gateways are named by name, namespace/name, or `mesh`. */
export const virtualServiceGateways: Rule<"VirtualService"> = {
  id: "virtual-service/gateways",
  kinds: ["VirtualService"],
  check: ({ spec }) => each(spec.gateways, "spec.gateways", checkGateway),
};
