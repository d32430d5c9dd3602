import type { LoadBalancer } from "../../api/networking/load-balancer.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each } from "../each.ts";
import { checkUnique } from "./unique.ts";

type Locality = NonNullable<LoadBalancer["localityLbSetting"]>;

function ways({ distribute = [], failover = [], failoverPriority = [] }: Locality): readonly string[] {
  const all = { distribute, failover, failoverPriority };
  return Object.entries(all).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
}

/** Shares add up to 100, a region fails over to another one, and only one of the two ways is taken. */
export const checkLocality: Check<Locality> = (locality, path): readonly Finding[] => {
  const given = ways(locality);
  const clash = given.includes("distribute") && given.length > 1;
  return [
    ...(clash ? [finding("onlyOne", path, { names: given.join(", ") })] : []),
    ...each(locality.distribute, `${path}.distribute`, ({ to = {} }, at) => {
      const sum = Object.values(to).reduce((total, share) => total + share, 0);
      return sum === 100 ? [] : [finding("distributeSum", `${at}.to`, { sum })];
    }),
    ...checkUnique(locality.distribute, `${path}.distribute`, { what: "place", field: "from", of: ({ from }) => from }),
    ...each(locality.failover, `${path}.failover`, ({ from = "", to = "" }, at) =>
      from === to ? [finding("failoverSame", at, { value: from })] : [],
    ),
  ];
};
