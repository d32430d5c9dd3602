import type { CelRule } from "./node.ts";

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Of the two branches of a condition the API server counts one: below the unbounded lists of a DestinationRule a sum of all would be too dear. */
function noSecond([first = "", ...rest]: readonly string[]): string {
  const others = rest.map((name) => `has(self.${name})`).join(" || ");
  if (rest.length < 2) return `!(has(self.${first}) && ${others})`;
  return `has(self.${first}) ? !(${others}) : ${noSecond(rest)}`;
}

/** At most one of some fields of an object may be there, of two or more. */
export function atMostOne(...names: readonly string[]): CelRule {
  return { rule: noSecond(names), message: `only one of ${listed(names)} may be set; keep one and take the rest out` };
}

/** A port that can be connected to. */
export const REAL_PORT: CelRule = { rule: "0 < self && self <= 65535", message: "must be a port number; write 1 to 65535" };

/** A duration that is long enough to be one. A malformed one fails here too, and is told of by its pattern. */
export const AT_LEAST_1MS: CelRule = {
  rule: "duration(self) >= duration('1ms')",
  message: "is too short; write a duration of 1ms or more, such as 10ms or 2s",
};

/** A label's value is compared as it stands. */
export const NO_WILDCARD_VALUE: CelRule = {
  rule: "!self.contains('*')",
  message: "label values are compared as they stand; write the whole value, without *",
};

/** Labels are looked up by their name. */
export const LABEL_KEYS: readonly CelRule[] = [
  { rule: "self.all(key, !key.contains('*'))", message: "labels are looked up by name; write the whole name, without *" },
  { rule: "self.all(key, key.size() != 0)", message: "a label needs a name; write one in front of the colon" },
];
