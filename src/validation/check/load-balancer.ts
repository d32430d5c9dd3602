import type { LoadBalancer } from "../../api/networking/load-balancer.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";
import { checkByteLength } from "./byte-length.ts";
import { deprecated } from "./deprecated.ts";
import { checkDuration } from "./duration.ts";
import { checkHeaderName, checkNoControl, MOST_HEADER_BYTES } from "./header.ts";
import { checkLocality } from "./locality.ts";

type Hash = NonNullable<LoadBalancer["consistentHash"]>;
type Cookie = NonNullable<Hash["httpCookie"]>;

const KEYS = ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"] as const;

const checkCookieLength = checkByteLength("a cookie's attribute", MOST_HEADER_BYTES);

const checkCookieText: Check<string> = (value, path) => [...checkNoControl(value, path), ...checkCookieLength(value, path)];

const checkAttribute: Check<NonNullable<Cookie["attributes"]>[number]> = ({ name, value = "" }, path) => [
  ...(name ? [] : [finding("cookieAttribute", `${path}.name`, {})]),
  ...checkCookieText(name, `${path}.name`),
  ...checkCookieText(value, `${path}.value`),
];

const checkCookie: Check<Cookie> = ({ name, path: where, attributes }, path) => [
  ...(name === "" ? [finding("missing", `${path}.name`, { hint: "the name of the cookie" })] : []),
  ...checkNoControl(name, `${path}.name`),
  ...present(where, `${path}.path`, checkNoControl),
  ...each(attributes, `${path}.attributes`, checkAttribute),
];

function checkAlgorithm({ ringHash, maglev, minimumRingSize }: Hash, path: string): readonly Finding[] {
  const given = Object.entries({ ringHash, maglev, minimumRingSize: minimumRingSize || undefined }).filter(
    ([, value]) => value !== undefined,
  );
  return [
    ...(given.length > 1 ? [finding("onlyOne", path, { names: given.map(([name]) => name).join(" and ") })] : []),
    ...present(minimumRingSize, `${path}.minimumRingSize`, (size, at) => {
      const bad = checkRingSize(size, at);
      const movable = ringHash === undefined && maglev === undefined && bad.length === 0;
      const moved = movable ? { to: `${path}.ringHash`, value: { minimumRingSize: size } } : undefined;
      return [...bad, deprecated(at, { instead: "ringHash.minimumRingSize", moved })];
    }),
    ...present(ringHash?.minimumRingSize, `${path}.ringHash.minimumRingSize`, checkRingSize),
    ...present(maglev, `${path}.maglev`, ({ tableSize }, at) =>
      tableSize === undefined
        ? [finding("missing", `${at}.tableSize`, { hint: `a prime below ${MOST_TABLE}, such as 65537` })]
        : checkTableSize(tableSize, `${at}.tableSize`),
    ),
  ];
}

/** Envoy's bound; a table of one of these many entries is filled in turns, which needs a prime. */
const MOST_TABLE = 5_000_011;

function isPrime(value: number): boolean {
  if (value < 2) return false;
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false;
  return true;
}

/** Envoy's bound: more would take its memory. */
const MOST_NODES = 8_388_608;

const checkRingSize: Check<number> = (value, path) => (value > MOST_NODES ? [finding("ringSize", path, { value, most: MOST_NODES })] : []);

const checkTableSize: Check<number> = (value, path) =>
  value < MOST_TABLE && isPrime(value) ? [] : [finding("tableSize", path, { value, most: MOST_TABLE })];

const checkHash: Check<Hash> = (hash, path): readonly Finding[] => {
  const keys = KEYS.filter((name) => hash[name] !== undefined);
  return [
    ...(keys.length === 0 ? [finding("hashKeyMissing", path, {})] : []),
    ...(keys.length > 1 ? [finding("onlyOne", path, { names: keys.join(", ") })] : []),
    ...present(hash.httpHeaderName, `${path}.httpHeaderName`, checkHeaderName),
    ...present(hash.httpCookie, `${path}.httpCookie`, checkCookie),
    ...checkAlgorithm(hash, path),
  ];
};

/** Settings of which one may be there. */
const RIVALS = [
  ["simple", "consistentHash", "backendUtilization"],
  ["localityLbSetting", "zoneAwareLbSetting"],
] as const;

function checkRivals(balancer: LoadBalancer, path: string): readonly Finding[] {
  const given = RIVALS.map((rivals) => rivals.filter((name) => balancer[name] !== undefined)).filter((names) => names.length > 1);
  return given.map((names) => finding("onlyOne", path, { names: names.join(names.length > 2 ? ", " : " and ") }));
}

/** One way to choose an endpoint, with what it needs; `noticing` says whether failing endpoints are noticed. */
export function checkLoadBalancer(balancer: LoadBalancer, path: string, noticing: boolean): readonly Finding[] {
  return [
    ...checkRivals(balancer, path),
    ...present(balancer.consistentHash, `${path}.consistentHash`, checkHash),
    ...present(balancer.localityLbSetting, `${path}.localityLbSetting`, (locality, at) => checkLocality(locality, at, noticing)),
    ...present(balancer.zoneAwareLbSetting, `${path}.zoneAwareLbSetting`, (zones, at) => checkLocality(zones, at, noticing)),
    ...present(balancer.warmupDurationSecs, `${path}.warmupDurationSecs`, (duration, at) => {
      const bad = checkDuration(duration, at);
      const movable = balancer.warmup === undefined && bad.length === 0;
      const moved = movable ? { to: `${path}.warmup`, value: { duration } } : undefined;
      return [...bad, deprecated(at, { instead: "warmup.duration", moved })];
    }),
    ...present(balancer.warmup, `${path}.warmup`, ({ duration }, at) => checkDuration(duration, `${at}.duration`)),
  ];
}
