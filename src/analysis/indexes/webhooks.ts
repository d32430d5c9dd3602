import { isKind, type StoredObject } from "../../api/object.ts";
import type { Index } from "../../model/fact.ts";

/** All configurations of mutating webhooks under one key: they are few. */
export const mutatingWebhooks: Index<StoredObject<"MutatingWebhookConfiguration">> = {
  name: "mutating-webhooks",
  kinds: ["MutatingWebhookConfiguration"],
  *entries(object) {
    if (isKind("MutatingWebhookConfiguration", object)) yield ["all", object];
  },
};
