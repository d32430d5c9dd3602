import type { HttpRoute } from "../../api/networking/http-route.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { deprecated } from "../check/deprecated.ts";
import { checkDestination } from "../check/destination.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

function both(rule: HttpRoute, path: string): readonly Finding[] {
  return rule.mirror && rule.mirrors?.length ? [finding("onlyOne", path, { names: "mirror and mirrors" })] : [];
}

const checkShare: Check<number> = (value, path) => (value >= 0 && value <= 100 ? [] : [finding("mirrorPercent", path, { value })]);

/** The old whole percentages, by their two names. */
function checkOld(rule: HttpRoute, path: string): readonly Finding[] {
  return (["mirrorPercent", "mirror_percent"] as const).flatMap((name) => {
    const [value, at] = [rule[name], `${path}.${name}`];
    if (value === undefined) return [];
    const bad = checkShare(value, at);
    const movable = bad.length === 0 && rule.mirrorPercentage === undefined;
    const moved = movable ? { to: `${path}.mirrorPercentage`, value: { value } } : undefined;
    return [...bad, deprecated(at, { instead: "mirrorPercentage", moved })];
  });
}

/** Copies go to a service, in a share that can be. */
export const virtualServiceHttpMirror: Rule<"VirtualService"> = {
  id: "virtual-service/http-mirror",
  kinds: ["VirtualService"],
  check: ({ spec }) =>
    each(spec.http, "spec.http", (rule, path) => [
      ...both(rule, path),
      ...present(rule.mirror, `${path}.mirror`, checkDestination),
      ...checkOld(rule, path),
      ...present(rule.mirrorPercentage?.value, `${path}.mirrorPercentage.value`, checkShare),
      ...each(rule.mirrors, `${path}.mirrors`, (mirror, at) => [
        ...checkDestination(mirror.destination, `${at}.destination`),
        ...present(mirror.percentage?.value, `${at}.percentage.value`, checkShare),
      ]),
    ]),
};
