import { fixedByValue } from "../../api/fix.ts";
import { isDnsLabel, isHostname, isNamespaceName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";
import { checkNamespaceName } from "./namespace.ts";

/** A gateway by its name, by namespace/name, or `mesh`; of old also by a host name. */
export const checkGatewayName: Check<string> = (value, path) => {
  const [name = "", namespace, rest] = value.split("/").toReversed();
  const bad = finding("badGateway", path, { value });
  if (rest !== undefined || !(namespace === undefined ? isHostname(name) : isDnsLabel(name))) return [bad];
  if (namespace !== undefined) return checkNamespaceName(namespace, path, () => bad);
  if (!name.includes(".")) return [];
  const [own = "", space = "", svc] = name.split(".");
  const [found, plain] = [finding("gatewayFqdn", path, { value }), svc === undefined || svc === "svc"];
  return [plain && isNamespaceName(space) ? fixedByValue(found, `${space}/${own}`) : found];
};
