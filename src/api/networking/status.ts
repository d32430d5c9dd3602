import { AnyObject } from "../dialect/any-object.ts";
import { Fields } from "../dialect/fields.ts";
import { IntOrString } from "../dialect/int-or-string.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";

/** Protobuf writes 64 bits as text, so a status that Istio wrote has text where others have a number. */
const Generation = (what: string) => IntOrString(`Generation of the object that ${what} is about, a number or its text.`);

const Time = (description: string) => Text(description, { format: "date-time" });

const ConditionSchema = Fields(
  "One thing that is known about the object, kept until it changes.",
  {
    type: Text("What is told, such as Reconciled; one entry a type."),
    status: Text("True, False or Unknown."),
    reason: Text("Why, in one word that programs can tell apart."),
    message: Text("Why, in words for people."),
    observedGeneration: Generation("this entry"),
    lastTransitionTime: Time("Time at which `status` last changed, RFC 3339."),
    lastProbeTime: Time("Time at which this was last looked at, RFC 3339."),
  },
  { required: ["type"] },
);

const fields = {
  conditions: ListOf(
    "What is known about the object, one entry for each type; several controllers may each keep their own.",
    ConditionSchema,
    {
      mapKeys: ["type"],
    },
  ),
  observedGeneration: Generation("this status"),
  validationMessages: ListOf("Findings about the object, in the form of Istio's analyzers.", AnyObject("One finding.")),
};

/** Status of every kind: written by controllers, read by people and tools. Fields that other programs add are kept. */
export const StatusSchema = Fields("State of the object, which controllers write.", fields, { open: true });

/** Status of a ServiceEntry, which also tells the addresses that were given to its hosts. */
export const ServiceEntryStatusSchema = Fields(
  "State of the object, which controllers write.",
  {
    ...fields,
    addresses: ListOf(
      "Virtual addresses that were chosen for hosts without one of their own.",
      Fields("One address.", { value: Text("IPv4 or IPv6 address."), host: Text("Host that it stands for.") }),
    ),
  },
  { open: true },
);

export type Condition = TypeOf<typeof ConditionSchema>;
