import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";

const SelectorSchema = Fields("Chooses objects by their labels.", {
  matchLabels: MapOf("Labels, each with exactly this value.", Text("Value.")),
  matchExpressions: ListOf(
    "Conditions on labels.",
    Fields(
      "Condition.",
      {
        key: Text("Label."),
        operator: StringEnum("How.", ["In", "NotIn", "Exists", "DoesNotExist"]),
        values: ListOf("Values.", Text("Value.")),
      },
      { required: ["key", "operator"] },
    ),
  ),
});

const WebhookSchema = Fields("One webhook.", {
  name: Text("Name."),
  clientConfig: Fields("Who is called.", {
    url: Text("Address, in place of a Service."),
    service: Fields("Service.", { namespace: Text("Namespace."), name: Text("Name.") }),
  }),
  namespaceSelector: SelectorSchema,
  objectSelector: SelectorSchema,
});

export type Webhook = TypeOf<typeof WebhookSchema>;

export const WebhookConfigurationBodySchema = Fields("A MutatingWebhookConfiguration without its metadata.", {
  webhooks: ListOf("Webhooks.", WebhookSchema),
});

export type WebhookConfigurationBody = TypeOf<typeof WebhookConfigurationBodySchema>;
