import type { HttpRoute } from "../../api/networking/http-route.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkDestination } from "../check/destination.ts";
import { checkHeaders } from "../check/header.ts";
import { checkWeights } from "../check/weights.ts";
import { each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const TARGETS = ["route", "redirect", "directResponse"] as const;

/** Fields that change or hold up a request on its way, and so need a route. */
const WITH_ROUTE = ["rewrite", "fault"] as const;

function targets(rule: HttpRoute): readonly string[] {
  return TARGETS.filter((name) => (name === "route" ? (rule.route?.length ?? 0) > 0 : rule[name] !== undefined));
}

function checkTargets(rule: HttpRoute, path: string): readonly Finding[] {
  if (rule.delegate) return targets(rule).map((field) => finding("delegateAndMore", `${path}.${field}`, { field }));
  const found = targets(rule);
  if (found.length === 0) return [finding("routeMissing", path, { names: "route, redirect, directResponse or delegate" })];
  if (found.length > 1) return [finding("onlyOne", path, { names: found.join(", ") })];
  if (found[0] === "route") return [];
  return WITH_ROUTE.filter((name) => rule[name] !== undefined).map((name) =>
    finding("onlyOne", path, { names: `${found[0]} and ${name}` }),
  );
}

/** Every rule leads to exactly one thing: routes, a redirect, a fixed answer, or another VirtualService. */
export const virtualServiceHttpTarget: Rule<"VirtualService"> = {
  id: "virtual-service/http-target",
  kinds: ["VirtualService"],
  check: ({ spec }) =>
    each(spec.http, "spec.http", (rule, path) => [
      ...checkTargets(rule, path),
      ...each(rule.route, `${path}.route`, (target, at) => [
        ...checkDestination(target.destination, `${at}.destination`),
        ...present(target.headers, `${at}.headers`, checkHeaders),
      ]),
      ...checkWeights(rule.route ?? [], `${path}.route`),
    ]),
};
