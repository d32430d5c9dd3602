import { fieldPath } from "../../api/field-path.ts";
import type { HeaderOperations, Headers } from "../../api/networking/headers.ts";
import { formatFault } from "../../base/substitution-format.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";
import { checkByteLength } from "./byte-length.ts";

/** Characters of a token, RFC 9110 section 5.6.2. */
const NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;
/** A percent sign stands alone unless it is doubled or closed, as `%START_TIME(%s)%` is. */
const VARIABLE = /%(%|[A-Za-z][A-Za-z0-9_]*(\([^()]*\))?(:[0-9]+)?%)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; only a tab may stand in a value
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
/** HTTP/2's own names, as a condition may ask for them. */
const PSEUDO = [":method", ":scheme", ":authority", ":path", ":status"];

export const checkHeaderName: Check<string> = (value, path) => {
  if (value === "") return [finding("badHeaderName", path, { value, hint: "it is empty" })];
  return NAME.test(value) ? [] : [finding("badHeaderName", path, { value, hint: "write letters, digits and hyphens" })];
};

/** A name that a condition asks for: also one of HTTP/2's own. */
export const checkMatchedName: Check<string> = (value, path) => (PSEUDO.includes(value) ? [] : checkHeaderName(value, path));

/** The name of a header that is set or added on a request: the host may be written, the other parts of the request line not. */
const checkRequestName: Check<string> = (value, path) =>
  value.toLowerCase() === ":authority" ? [] : checkPlainName(value, path, ["host"]);

function checkPlainName(value: string, path: string, allowed: readonly string[]): readonly Finding[] {
  const name = value.toLowerCase();
  if (!name.startsWith(":") && (name !== "host" || allowed.includes(name))) return checkHeaderName(value, path);
  return [finding("badHeaderName", path, { value, hint: "the host and headers with a colon in front cannot be changed here" })];
}

/** The name of any other header that is changed. */
const checkOtherName: Check<string> = (value, path) => checkPlainName(value, path, []);

/** A text that goes into a header as it is. */
export const checkNoControl: Check<string> = (value, path) => (CONTROL.test(value) ? [finding("headerControl", path, {})] : []);

const checkHeaderValue: Check<string> = (value, path) => {
  const broken = checkNoControl(value, path);
  if (broken.length > 0) return broken;
  const fault = formatFault(value);
  if (fault === undefined) return [];
  const alone = value.replaceAll(VARIABLE, "").includes("%");
  return [alone ? finding("badHeaderValue", path, { value }) : finding("formatFault", path, { value, fault })];
};

/** Envoy's bounds: of a text in a header, and of headers that are set and added. */
export const MOST_HEADER_BYTES = 16_384;
const MOST_HEADERS = 1000;

const checkNameLength = checkByteLength("a header's name", MOST_HEADER_BYTES);
const checkValueLength = checkByteLength("a header's value", MOST_HEADER_BYTES);

function checkWritten(map: Readonly<Record<string, string>> | undefined, path: string, name: Check<string>): readonly Finding[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => {
    const at = fieldPath(path, key);
    const long = [...checkNameLength(key, at), ...checkValueLength(value, at)];
    return long.length > 0 ? long : [...name(key, at), ...checkHeaderValue(value, at)];
  });
}

function checkCount(set: object = {}, add: object = {}, path: string): readonly Finding[] {
  const count = Object.keys(set).length + Object.keys(add).length;
  return count <= MOST_HEADERS ? [] : [finding("manyHeaders", path, { count, most: MOST_HEADERS })];
}

const checkOperations: (name: Check<string>) => Check<HeaderOperations> =
  (name) =>
  ({ set, add, remove }, path) => [
    ...checkCount(set, add, path),
    ...checkWritten(set, `${path}.set`, name),
    ...checkWritten(add, `${path}.add`, name),
    ...each(remove, `${path}.remove`, checkOtherName),
  ];

export const checkHeaders: Check<Headers> = ({ request, response }, path) => [
  ...present(request, `${path}.request`, checkOperations(checkRequestName)),
  ...present(response, `${path}.response`, checkOperations(checkOtherName)),
];
