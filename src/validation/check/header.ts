import { fieldPath } from "../../api/field-path.ts";
import type { HeaderOperations, Headers } from "../../api/networking/headers.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";

/** Characters of a token, RFC 9110 section 5.6.2. */
const NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;
/** A percent sign stands alone unless it is doubled or closed, as `%START_TIME(%s)%` is. */
const VARIABLE = /%(%|[A-Za-z][A-Za-z0-9_]*(\([^()]*\))?(:[0-9]+)?%)/g;

export const checkHeaderName: Check<string> = (value, path) => {
  if (value === "") return [finding("badHeaderName", path, { value, hint: "it is empty" })];
  return NAME.test(value) ? [] : [finding("badHeaderName", path, { value, hint: "write letters, digits and hyphens" })];
};

/** A name that may also be one of HTTP/2's own, as `:authority`. */
const checkNameOrPseudo: Check<string> = (value, path) => checkHeaderName(value.startsWith(":") ? value.slice(1) : value, path);

const checkPlainName: Check<string> = (value, path) =>
  value.startsWith(":")
    ? [finding("badHeaderName", path, { value, hint: "headers with a colon in front cannot be taken out" })]
    : checkHeaderName(value, path);

const checkHeaderValue: Check<string> = (value, path) =>
  value.replaceAll(VARIABLE, "").includes("%") ? [finding("badHeaderValue", path, { value })] : [];

function checkWritten(map: Readonly<Record<string, string>> | undefined, path: string): readonly Finding[] {
  return Object.entries(map ?? {}).flatMap(([name, value]) => {
    const at = fieldPath(path, name);
    return [...checkNameOrPseudo(name, at), ...checkHeaderValue(value, at)];
  });
}

const checkOperations: Check<HeaderOperations> = ({ set, add, remove }, path) => [
  ...checkWritten(set, `${path}.set`),
  ...checkWritten(add, `${path}.add`),
  ...each(remove, `${path}.remove`, checkPlainName),
];

export const checkHeaders: Check<Headers> = ({ request, response }, path) => [
  ...present(request, `${path}.request`, checkOperations),
  ...present(response, `${path}.response`, checkOperations),
];
