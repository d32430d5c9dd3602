import { isKind } from "../../api/object.ts";
import type { Index } from "../../model/fact.ts";

/** Namespaces that a label takes into the mesh, all under one key: whether there are any is what is asked. */
export const injectedNamespaces: Index<string> = {
  name: "injected-namespaces",
  kinds: ["Namespace"],
  *entries(object) {
    if (!isKind("Namespace", object)) return;
    const { name, labels } = object.metadata;
    if (labels["istio-injection"] === "enabled" || labels["istio.io/rev"]) yield ["any", name];
  },
};
