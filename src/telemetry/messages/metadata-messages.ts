import type { Message } from "./message.ts";

/** FL12: labels and annotations of the mesh, on any object. */
export const METADATA_MESSAGES = {
  unknownName: {
    code: "FL1201",
    level: "warning",
    title: "Unknown label or annotation",
    text: "{what} {name} is not known to the mesh and has no effect{hint}",
  },
  misplacedName: {
    code: "FL1202",
    level: "warning",
    title: "Label or annotation in the wrong place",
    text: "{what} {name} has no effect on a {kind}; write it {home}",
  },
  otherSort: {
    code: "FL1203",
    level: "warning",
    title: "Label written as annotation, or the reverse",
    text: "{name} has no effect as {what}, because it is read as {right}; write it {home}",
  },
  dryRunHere: {
    code: "FL1205",
    level: "error",
    title: "Dry run of a kind that has none",
    text: "a {kind} cannot be tried out: {name} is for AuthorizationPolicy alone, and the object would take effect all the same; remove it",
  },
  badMetadataValue: {
    code: "FL1204",
    level: "warning",
    title: "Invalid value of a label or annotation",
    text: '"{value}" is not a valid value of {name}; write {form}',
  },
} as const satisfies Record<string, Message>;
