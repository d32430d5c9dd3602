import { isNamespaceName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Rule } from "../rule.ts";

/** VirtualServices name it as namespace/name, where a dot would make a host of it. */
export const gatewayName: Rule<"Gateway"> = {
  id: "gateway/name",
  kinds: ["Gateway"],
  check: ({ metadata: { name } }) => (isNamespaceName(name) ? [] : [finding("gatewayName", "metadata.name", { value: name })]),
};
