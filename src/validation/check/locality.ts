import { fieldPath } from "../../api/field-path.ts";
import type { LoadBalancer } from "../../api/networking/load-balancer.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each } from "../each.ts";
import { checkPlaces } from "./places.ts";

type Setting = NonNullable<LoadBalancer["localityLbSetting"]>;
type Distribute = NonNullable<Setting["distribute"]>[number];
type Failover = NonNullable<Setting["failover"]>[number];

/** What the two settings that look at places have of each other: awareness of zones distributes by itself. */
type Locality = Pick<Setting, "distribute" | "failover" | "failoverPriority">;

/** Labels by which Kubernetes and Istio say where something runs. */
const TOPOLOGY = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

function ways({ distribute = [], failover = [], failoverPriority = [] }: Locality): readonly string[] {
  const all = { distribute, failover, failoverPriority };
  return Object.entries(all).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
}

const checkShares: Check<Distribute> = ({ to = {} }, path) => {
  const shares = Object.entries(to);
  const out = shares.filter(([, share]) => share < 1 || share > 100);
  if (out.length > 0) {
    return out.map(([place, value]) => finding("percentOutOfRange", fieldPath(`${path}.to`, place), { value, least: 1 }));
  }
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (sum !== 100) return [finding("distributeSum", `${path}.to`, { sum })];
  return checkPlaces(shares.map(([value]) => ({ value, at: fieldPath(`${path}.to`, value) })));
};

const checkRegion: Check<string> = (value, path) => (/[/*]/.test(value) ? [finding("failoverRegion", path, { value })] : []);

const checkFailover: Check<Failover> = ({ from = "", to = "" }, path) => [
  ...(from === to ? [finding("failoverSame", path, { value: from })] : []),
  ...checkRegion(from, `${path}.from`),
  ...checkRegion(to, `${path}.to`),
];

function checkPriority({ failover = [], failoverPriority }: Locality, path: string): readonly Finding[] {
  if (failover.length === 0) return [];
  return each(failoverPriority, `${path}.failoverPriority`, (value, at) =>
    TOPOLOGY.includes(value) ? [finding("failoverTopology", at, { value })] : [],
  );
}

/** Shares add up to 100, a region fails over to another one, and only one of the ways is taken; `noticing`: somebody sees what fails. */
export function checkLocality(locality: Locality, path: string, noticing: boolean): readonly Finding[] {
  const given = ways(locality);
  const clash = given.includes("distribute") && given.length > 1;
  const blind = !noticing && given.some((way) => way !== "distribute");
  const { distribute = [], failover } = locality;
  return [
    ...(clash ? [finding("onlyOne", path, { names: given.join(", ") })] : []),
    ...each(distribute, `${path}.distribute`, checkShares),
    ...checkPlaces(distribute.map(({ from = "" }, index) => ({ value: from, at: `${fieldPath(`${path}.distribute`, index)}.from` }))),
    ...each(failover, `${path}.failover`, checkFailover),
    ...checkPriority(locality, path),
    ...(blind ? [finding("failoverBlind", path, {})] : []),
  ];
}
