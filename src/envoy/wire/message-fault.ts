// Envoy holds a whole response back for one message in it that breaks a rule of its API, so each is tried here first.
import type { DescField, DescMessage, DescOneof, Message } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import { required } from "../../gen/validate/validate_pb.ts";
import { Unfit } from "../../model/unfit.ts";
import { durationTest, type FieldTest, fieldTest } from "./field-rules.ts";
import { meaningFault } from "./meaning-fault.ts";

type Values = Readonly<Record<string, unknown>>;
type Fault = string | undefined;

interface FieldPlan {
  readonly field: DescField;
  readonly test: FieldTest | undefined;
}

interface MessagePlan {
  /** Of each, one alternative must be chosen. */
  readonly oneofs: readonly DescOneof[];
  readonly fields: readonly FieldPlan[];
}

const DURATION = "google.protobuf.Duration";
const isWrapper = ({ typeName }: DescMessage): boolean => typeName.startsWith("google.protobuf.") && typeName.endsWith("Value");

class MessageCheck {
  /** What to look at, for each type met so far. */
  readonly #plans = new WeakMap<DescMessage, MessagePlan>();

  faultOf(schema: DescMessage, message: Message): Fault {
    const values = message as unknown as Values;
    const { oneofs, fields } = this.#planOf(schema);
    const empty = oneofs.find((oneof) => (values[oneof.localName] as { case?: string } | undefined)?.case === undefined);
    return (
      (empty && `${schema.name}.${empty.name} is missing`) ??
      meaningFault(schema.typeName, message) ??
      firstFault(
        fields,
        (plan) => this.#fieldFault(plan, values),
        ({ field }) => `${schema.name}.${field.name}`,
      )
    );
  }

  #planOf(schema: DescMessage): MessagePlan {
    const known = this.#plans.get(schema);
    if (known !== undefined) {
      return known;
    }
    const fields = schema.fields.map((field) => ({ field, test: fieldTest(field) })).filter(isWorthAsking);
    const plan = { oneofs: schema.oneofs.filter((oneof) => getOption(oneof, required)), fields };
    this.#plans.set(schema, plan);
    return plan;
  }

  #fieldFault({ field, test }: FieldPlan, values: Values): Fault {
    const value = setValue(field, values);
    if (value === undefined) {
      // Of alternatives, only the chosen one is asked for.
      return test?.required && field.oneof === undefined ? "is missing" : undefined;
    }
    const items = itemsOf(field, value);
    if (field.fieldKind === "list" && items.length < (test?.leastItems ?? 0)) {
      return "has too few items";
    }
    return firstFault(items, (item) => test?.value?.(item) ?? this.#within(field, item));
  }

  #within(field: DescField, item: unknown): Fault {
    const schema = messageIn(field);
    if (schema === undefined || isWrapper(schema)) {
      return undefined;
    }
    return schema.typeName === DURATION ? durationTest()(item) : this.faultOf(schema, item as Message);
  }
}

function firstFault<T>(items: readonly T[], faultOf: (item: T) => Fault, place?: (item: T) => string): Fault {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault !== undefined) {
      return place === undefined ? fault : `${place(item)} ${fault}`;
    }
  }
  return undefined;
}

function itemsOf(field: DescField, value: object): readonly unknown[] {
  if (field.fieldKind === "list") {
    return value as readonly unknown[];
  }
  return field.fieldKind === "map" ? Object.values(value) : [value];
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
export class UnfitMessage extends Unfit {}

/** @throws {UnfitMessage} where Envoy would refuse the message */
export function mustFit(schema: DescMessage, message: Message): void {
  const fault = messageFault(schema, message);
  if (fault !== undefined) {
    throw new UnfitMessage(fault);
  }
}
