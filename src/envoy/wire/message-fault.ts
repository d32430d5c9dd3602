// Envoy holds a whole response back for one message in it that breaks a rule of its API, so each is tried here first.
import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import { required } from "../../gen/validate/validate_pb.ts";
import { durationTest, type FieldTest, fieldTest } from "./field-rules.ts";
import { meaningFault } from "./meaning-fault.ts";

type Values = Readonly<Record<string, unknown>>;
type Fault = string | undefined;

interface FieldPlan {
  readonly field: DescField;
  readonly test: FieldTest | undefined;
}

const DURATION = "google.protobuf.Duration";
const isWrapper = (message: DescMessage): boolean => /^google\.protobuf\..*Value$/.test(message.typeName);

class MessageCheck {
  /** What to look at, for each type met so far. */
  readonly #plans = new WeakMap<DescMessage, readonly FieldPlan[]>();

  faultOf(schema: DescMessage, message: Message): Fault {
    const values = message as unknown as Values;
    return this.#oneofFault(schema, values) ?? meaningFault(schema.typeName, message) ?? this.#fieldsFault(schema, values);
  }

  #planOf(schema: DescMessage): readonly FieldPlan[] {
    const known = this.#plans.get(schema);
    const plan = known ?? schema.fields.map((field) => ({ field, test: fieldTest(field) })).filter(isWorthAsking);
    this.#plans.set(schema, plan);
    return plan;
  }

  #oneofFault(schema: DescMessage, values: Values): Fault {
    const empty = schema.oneofs.find(
      (oneof) => getOption(oneof, required) && (values[oneof.localName] as { case?: string } | undefined)?.case === undefined,
    );
    return empty && `${schema.name}.${empty.name} is missing`;
  }

  #fieldsFault(schema: DescMessage, values: Values): Fault {
    for (const { field, test } of this.#planOf(schema)) {
      const fault = this.#fieldFault(field, test, values);
      if (fault !== undefined) {
        return `${schema.name}.${field.name} ${fault}`;
      }
    }
    return undefined;
  }

  #fieldFault(field: DescField, test: FieldTest | undefined, values: Values): Fault {
    const value = setValue(field, values);
    if (value === undefined) {
      // Of alternatives, only the chosen one is asked for.
      return test?.required && field.oneof === undefined ? "is missing" : undefined;
    }
    const items = field.fieldKind === "list" ? (value as readonly unknown[]) : field.fieldKind === "map" ? Object.values(value) : [value];
    if (field.fieldKind === "list" && items.length < (test?.leastItems ?? 0)) {
      return "has too few items";
    }
    for (const item of items) {
      const fault = test?.value?.(item) ?? this.#within(field, item);
      if (fault !== undefined) {
        return fault;
      }
    }
    return undefined;
  }

  #within(field: DescField, item: unknown): Fault {
    const schema = messageIn(field);
    if (schema === undefined || isWrapper(schema)) {
      return undefined;
    }
    return schema.typeName === DURATION ? durationTest()(item) : this.faultOf(schema, item as Message);
  }
}

function isWorthAsking({ field, test }: FieldPlan): boolean {
  return test !== undefined || messageIn(field) !== undefined;
}

function messageIn(field: DescField): DescMessage | undefined {
  return field.fieldKind === "enum" || field.fieldKind === "scalar" ? undefined : field.message;
}

/** The field's value where it is set; an alternative that was not chosen is not. */
function setValue(field: DescField, values: Values): object | undefined {
  if (field.oneof === undefined) {
    return values[field.localName] as object | undefined;
  }
  const chosen = values[field.oneof.localName] as { case?: string; value?: object } | undefined;
  return chosen?.case === field.localName ? chosen.value : undefined;
}

const check = new MessageCheck();

/** Why Envoy would refuse a message; undefined where it would not, as far as its `.proto` files and `meaningFault` tell. */
export function messageFault(schema: DescMessage, message: Message): string | undefined {
  return check.faultOf(schema, message);
}

/** Thrown for what Envoy would refuse: nothing of it is sent. */
export class UnfitMessage extends Error {}

/** @throws {UnfitMessage} where Envoy would refuse the message */
export function mustFit(schema: DescMessage, message: Message): void {
  const fault = messageFault(schema, message);
  if (fault !== undefined) {
    throw new UnfitMessage(fault);
  }
}
