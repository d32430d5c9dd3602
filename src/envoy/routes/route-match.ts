import { create } from "@bufbuild/protobuf";
import type { HttpMatch } from "../../api/networking/http-match.ts";
import { asksPresence, type StringMatch } from "../../api/networking/string-match.ts";
import {
  type HeaderMatcher,
  HeaderMatcherSchema,
  type QueryParameterMatcher,
  QueryParameterMatcherSchema,
  type RouteMatch,
  RouteMatchSchema,
} from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { safeRegex, stringMatcher } from "../wire/string-matcher.ts";

type Tests = Readonly<Record<string, StringMatch>>;

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
const sorted = (tests: Tests | undefined) => Object.entries(tests ?? {}).sort(byName);

function header(name: string, match: StringMatch): HeaderMatcher {
  const value = asksPresence(match) ? undefined : stringMatcher(match);
  return create(HeaderMatcherSchema, {
    name,
    headerMatchSpecifier: value === undefined ? { case: "presentMatch", value: true } : { case: "stringMatch", value },
  });
}

/** The header must not be like this; a missing one is not. */
function withoutHeader(name: string, match: StringMatch): HeaderMatcher {
  return { ...header(name, match), invertMatch: true, treatMissingHeaderAsEmpty: !asksPresence(match) };
}

function headers(match: HttpMatch): HeaderMatcher[] {
  const pseudo = { ":method": match.method, ":authority": match.authority, ":scheme": match.scheme };
  return [
    ...sorted(match.headers).map(([name, test]) => header(name, test)),
    ...sorted(match.withoutHeaders).map(([name, test]) => withoutHeader(name, test)),
    ...Object.entries(pseudo).flatMap(([name, test]) => (test === undefined ? [] : [header(name, test)])),
  ];
}

function parameter(name: string, match: StringMatch): QueryParameterMatcher {
  const value = asksPresence(match) ? undefined : stringMatcher(match);
  return create(QueryParameterMatcherSchema, {
    name,
    queryParameterMatchSpecifier: value === undefined ? { case: "presentMatch", value: true } : { case: "stringMatch", value },
  });
}

function path(uri: StringMatch | undefined): RouteMatch["pathSpecifier"] {
  if (uri?.exact !== undefined) {
    return { case: "path", value: uri.exact };
  }
  return uri?.regex === undefined ? { case: "prefix", value: uri?.prefix ?? "/" } : { case: "safeRegex", value: safeRegex(uri.regex) };
}

/** Conditions of a route on the request itself; undefined: every request. */
export function routeMatch(match: HttpMatch | undefined): RouteMatch {
  const ignoresCase = match?.ignoreUriCase === true && match.uri?.regex === undefined;
  return create(RouteMatchSchema, {
    pathSpecifier: path(match?.uri),
    caseSensitive: !ignoresCase,
    headers: match === undefined ? [] : headers(match),
    queryParameters: sorted(match?.queryParams).map(([name, test]) => parameter(name, test)),
  });
}
