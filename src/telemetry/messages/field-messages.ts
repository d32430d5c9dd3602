import type { Message } from "./message.ts";

/** FL02: values that several kinds share. */
export const FIELD_MESSAGES = {
  badHost: {
    code: "FL0201",
    level: "error",
    title: "No host name",
    text: '"{value}" is {fault}; write a host name such as api.example.com',
  },
  badWildcardHost: {
    code: "FL0202",
    level: "error",
    title: "No host name or wildcard",
    text: '"{value}" is {fault}; write a host name, or *. and a domain such as *.example.com',
  },
  shortHost: {
    code: "FL0203",
    level: "error",
    title: "Short name",
    text: '"{value}" has no domain, and here it is not completed; write the whole name, such as {value}.NAMESPACE.svc.cluster.local',
  },
  badAddress: {
    code: "FL0204",
    level: "error",
    title: "No IP address",
    text: '"{value}" is no IP address; write one such as 10.0.0.1 or 2001:db8::1',
  },
  badRange: {
    code: "FL0205",
    level: "error",
    title: "No address or CIDR range",
    text: '"{value}" is neither an IP address nor a CIDR range; write such as 10.0.0.1 or 10.0.0.0/8',
  },
  badPort: { code: "FL0206", level: "error", title: "No port number", text: "{value} is no port; write a number from 1 to 65535" },
  badProtocol: { code: "FL0207", level: "error", title: "Unknown protocol", text: '"{value}" is no protocol; write one of {names}' },
  badPortName: {
    code: "FL0208",
    level: "error",
    title: "Bad port name",
    text: '"{value}" cannot name a port; write at most 63 letters, digits and inner hyphens',
  },
  badLabel: { code: "FL0209", level: "error", title: "Bad label", text: '"{value}" is no valid {part} of a label' },
  badRegex: { code: "FL0210", level: "error", title: "Bad regular expression", text: '"{value}" is no regular expression of RE2: {fault}' },
  durationTooSmall: {
    code: "FL0211",
    level: "error",
    title: "Duration too small",
    text: '"{value}" is less than {least}; write {least} or more',
  },
  durationTooFine: {
    code: "FL0212",
    level: "error",
    title: "Duration too fine",
    text: '"{value}" has parts of a {unit}; write whole {unit}s',
  },
  percentOutOfRange: {
    code: "FL0213",
    level: "error",
    title: "Percentage out of range",
    text: "{value} is no percentage; write a number from {least} to 100",
  },
  exportToBad: {
    code: "FL0214",
    level: "error",
    title: "Bad exportTo",
    text: '"{value}" names no namespace; write a namespace, `.` for this one, or `*` for all',
  },
  exportToTwice: { code: "FL0215", level: "error", title: "Namespace twice", text: '"{value}" is listed twice; leave one of them out' },
  exportToNoneAndSome: {
    code: "FL0216",
    level: "error",
    title: "None and some",
    text: "`~` (no namespace) is listed beside others; leave either out",
  },
  exportToAllAndSome: {
    code: "FL0217",
    level: "error",
    title: "All and some",
    text: "`*` (all namespaces) is listed beside others; leave the others out, or `*`",
  },
  emptyObject: { code: "FL0218", level: "error", title: "Nothing set", text: "is empty; set at least one of its fields, or leave it out" },
  negative: { code: "FL0219", level: "error", title: "Negative number", text: "{value} is negative; write 0 or more" },
  onlyOne: { code: "FL0220", level: "error", title: "Only one of several", text: "only one of {names} may be set" },
  twice: { code: "FL0222", level: "error", title: "Given twice", text: '{what} "{value}" is given twice; each must be different' },
  selectorEmpty: {
    code: "FL0224",
    level: "warning",
    title: "Selector without labels",
    text: "selects every workload of the namespace; write labels, or leave the selector out",
  },
  badUnixPath: {
    code: "FL0225",
    level: "error",
    title: "No absolute path",
    text: '"{value}" is no absolute path; write unix:/// and the path',
  },
  labelWildcard: {
    code: "FL0226",
    level: "error",
    title: "Wildcard in a selector",
    text: '"{value}" has a wildcard; a label is compared as it is written',
  },
} as const satisfies Record<string, Message>;
