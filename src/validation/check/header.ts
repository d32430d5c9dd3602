import { fieldPath } from "../../api/field-path.ts";
import type { HeaderOperations, Headers } from "../../api/networking/headers.ts";
import { formatFault } from "../../base/substitution-format.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";

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

const checkHeaderValue: Check<string> = (value, path) => {
  if (CONTROL.test(value)) return [finding("headerControl", path, {})];
  if (value.replaceAll(VARIABLE, "").includes("%")) return [finding("badHeaderValue", path, { value })];
  const fault = formatFault(value);
  return fault === undefined ? [] : [finding("formatFault", path, { value, fault })];
};

function checkWritten(map: Readonly<Record<string, string>> | undefined, path: string, name: Check<string>): readonly Finding[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => {
    const at = fieldPath(path, key);
    return [...name(key, at), ...checkHeaderValue(value, at)];
  });
}

const checkOperations: (name: Check<string>) => Check<HeaderOperations> =
  (name) =>
  ({ set, add, remove }, path) => [
    ...checkWritten(set, `${path}.set`, name),
    ...checkWritten(add, `${path}.add`, name),
    ...each(remove, `${path}.remove`, checkOtherName),
  ];

export const checkHeaders: Check<Headers> = ({ request, response }, path) => [
  ...present(request, `${path}.request`, checkOperations(checkRequestName)),
  ...present(response, `${path}.response`, checkOperations(checkOtherName)),
];
