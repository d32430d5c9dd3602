import type { DescField } from "@bufbuild/protobuf";
import { getOption, hasOption } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import { type DurationRules, type FieldRules, KnownRegex, rules, type StringRules } from "../../gen/validate/validate_pb.ts";

/** Says what is wrong with a value that is set; undefined where nothing is. */
export type ValueTest = (value: unknown) => string | undefined;

/** What Envoy's own `.proto` files demand of one field (`validate.rules`), ready to be asked. */
export interface FieldTest {
  readonly required: boolean;
  readonly leastItems: number;
  /** Of the value, or of each item. */
  readonly value: ValueTest | undefined;
}

type Type = FieldRules["type"];

interface Bounds {
  readonly gt?: number | bigint;
  readonly gte?: number | bigint;
  readonly lt?: number | bigint;
  readonly lte?: number | bigint;
}

// Unset bounds stand on the prototype of a proto2 message as 0: only own fields were written.
const own = (bounds: object, name: keyof Bounds): number | bigint | undefined =>
  Object.hasOwn(bounds, name) ? (bounds as Bounds)[name] : undefined;

function numberTest(bounds: object): ValueTest {
  const [gt, gte, lt, lte] = [own(bounds, "gt"), own(bounds, "gte"), own(bounds, "lt"), own(bounds, "lte")];
  return (value) => {
    const number = value as number | bigint;
    const below = (gt !== undefined && number <= gt) || (gte !== undefined && number < gte);
    const above = (lt !== undefined && number >= lt) || (lte !== undefined && number > lte);
    return below || above ? `${number} is out of bounds` : undefined;
  };
}

const HEADER_NAME = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|`~]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
const ENDS_HEADER = /[\u0000\u000a\u000d]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

function wellKnown(rule: StringRules, text: string): boolean {
  if (rule.wellKnown.case !== "wellKnownRegex") {
    return true;
  }
  if (!rule.strict) {
    return !ENDS_HEADER.test(text);
  }
  return rule.wellKnown.value === KnownRegex.HTTP_HEADER_NAME ? HEADER_NAME.test(text) : !CONTROL.test(text);
}

function stringTest(rule: StringRules): ValueTest {
  const minLen = Object.hasOwn(rule, "minLen") ? Number(rule.minLen) : 0;
  const maxLen = Object.hasOwn(rule, "maxLen") ? Number(rule.maxLen) : Number.POSITIVE_INFINITY;
  const maxBytes = Object.hasOwn(rule, "maxBytes") ? Number(rule.maxBytes) : Number.POSITIVE_INFINITY;
  return (value) => {
    const text = value as string;
    if (text === "" && rule.ignoreEmpty) {
      return undefined;
    }
    if (text.length < minLen) {
      return "is empty";
    }
    const fits = text.length <= maxLen && Buffer.byteLength(text) <= maxBytes && wellKnown(rule, text);
    return fits ? undefined : `${JSON.stringify(text)} does not fit`;
  };
}

const nanosOf = ({ seconds, nanos }: Duration): bigint => seconds * 1_000_000_000n + BigInt(nanos);

/** Negative durations, which no rule allows, are refused by Envoy wherever they stand. */
export function durationTest(rule?: DurationRules): ValueTest {
  const bound = (at: Duration | undefined) => (at === undefined ? undefined : nanosOf(at));
  const [gt, gte, lt, lte] = [bound(rule?.gt), bound(rule?.gte), bound(rule?.lt), bound(rule?.lte)];
  return (value) => {
    const nanos = nanosOf(value as Duration);
    const below = nanos < 0n || (gt !== undefined && nanos <= gt) || (gte !== undefined && nanos < gte);
    const above = (lt !== undefined && nanos >= lt) || (lte !== undefined && nanos > lte);
    return below || above ? `${Number(nanos) / 1e9}s is out of bounds` : undefined;
  };
}

/** Rules that nothing we build can break, or that are empty in Envoy's files. */
const NOT_TRIED: readonly string[] = ["enum", "any", "map", "timestamp", "bytes", "bool"];

function valueTest(type: Type): ValueTest | undefined {
  if (type.case === undefined || NOT_TRIED.includes(type.case)) {
    return undefined;
  }
  switch (type.case) {
    case "string":
      return stringTest(type.value);
    case "duration":
      return durationTest(type.value);
    case "repeated":
      return type.value.items === undefined ? undefined : valueTest(type.value.items.type);
    default:
      return numberTest(type.value as object);
  }
}

/** The test of one field; undefined where nothing is demanded of it. */
export function fieldTest(field: DescField): FieldTest | undefined {
  if (!hasOption(field, rules)) {
    return undefined;
  }
  const { message, type } = getOption(field, rules);
  const required = message?.required === true || ((type.case === "duration" || type.case === "any") && type.value.required);
  const leastItems = type.case === "repeated" && Object.hasOwn(type.value, "minItems") ? Number(type.value.minItems) : 0;
  return { required, leastItems, value: valueTest(type) };
}
