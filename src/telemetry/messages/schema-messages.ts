import type { Message } from "./message.ts";

/** FL01: the shape of one object. */
export const SCHEMA_MESSAGES = {
  notAnObject: {
    code: "FL0101",
    level: "error",
    title: "Not a resource",
    text: "this is {actual}; write an object with apiVersion, kind and metadata",
  },
  wrongType: { code: "FL0102", level: "error", title: "Wrong type", text: "must be {expected}, but is {actual}" },
  missing: { code: "FL0103", level: "error", title: "Field is missing", text: "is required; write {hint}" },
  notOneOf: { code: "FL0104", level: "error", title: "Unknown value", text: '"{value}" is not allowed here; write one of {names}' },
  outOfRange: { code: "FL0105", level: "error", title: "Number out of range", text: "{value} is not allowed; write a number {range}" },
  tooLong: { code: "FL0106", level: "error", title: "Too long", text: "has {size} {unit}; at most {most} are allowed" },
  tooShort: { code: "FL0107", level: "error", title: "Too short", text: "has {size} {unit}; at least {least} are required" },
  badPattern: { code: "FL0108", level: "error", title: "Wrong format", text: '"{value}" does not match {pattern}' },
  badDuration: {
    code: "FL0109",
    level: "error",
    title: "Invalid duration",
    text: '"{value}" is not a duration; write a number with a unit, such as 10ms, 1.5s or 2m',
  },
  unknownKind: {
    code: "FL0110",
    level: "error",
    title: "Unknown kind",
    text: "{kind} in {version} is not a kind that fairlead knows; {hint}",
  },
  badName: {
    code: "FL0111",
    level: "error",
    title: "Invalid name",
    text: '"{value}" is not a valid name; write lower-case letters, digits, hyphens and dots',
  },
  tooManyEntries: {
    code: "FL0114",
    level: "error",
    title: "Too many entries",
    text: "has more than {most} entries in its lists and maps; write several objects",
  },
  tooManyFindings: {
    code: "FL0112",
    level: "error",
    title: "Too many findings",
    text: "has more errors than are listed; fix these {count} first",
  },
  foreignKind: {
    code: "FL0113",
    level: "warning",
    title: "Kind of another program",
    text: "{kind} in {version} is not one of our kinds and was not checked",
  },
  unknownField: { code: "FL0120", level: "warning", title: "Unknown field", text: "is not a field of this resource and is dropped{hint}" },
  notBuilt: {
    code: "FL0121",
    level: "warning",
    title: "Not built yet",
    text: "is stored, but not carried out yet{meanwhile}",
  },
  moreWarnings: {
    code: "FL0122",
    level: "warning",
    title: "More than is listed",
    text: "there may be more warnings of this kind than the {count} listed, and the rest was not checked; fix these first",
  },
} as const satisfies Record<string, Message>;
