import type { LoadBalancer } from "../../api/networking/load-balancer.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { type Check, each, present } from "../each.ts";
import { checkDuration, checkDurationOrOff } from "./duration.ts";
import { checkHeaderName } from "./header.ts";
import { checkLocality } from "./locality.ts";

type Hash = NonNullable<LoadBalancer["consistentHash"]>;
type Cookie = NonNullable<Hash["httpCookie"]>;

const KEYS = ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"] as const;

const checkCookie: Check<Cookie> = ({ name, ttl, attributes }, path) => [
  ...(name === "" ? [finding("missing", `${path}.name`, { hint: "write the name of the cookie" })] : []),
  ...present(ttl, `${path}.ttl`, checkDurationOrOff),
  ...each(attributes, `${path}.attributes`, (attribute, at) => (attribute.name ? [] : [finding("cookieAttribute", `${at}.name`, {})])),
];

const checkHash: Check<Hash> = (hash, path): readonly Finding[] => {
  const keys = KEYS.filter((name) => hash[name] !== undefined);
  return [
    ...(keys.length === 0 ? [finding("hashKeyMissing", path, {})] : []),
    ...(keys.length > 1 ? [finding("onlyOne", path, { names: keys.join(", ") })] : []),
    ...present(hash.httpHeaderName, `${path}.httpHeaderName`, checkHeaderName),
    ...present(hash.httpCookie, `${path}.httpCookie`, checkCookie),
    ...(hash.ringHash && hash.maglev ? [finding("onlyOne", path, { names: "ringHash and maglev" })] : []),
    ...(hash.minimumRingSize === undefined
      ? []
      : [finding("deprecatedField", `${path}.minimumRingSize`, { instead: "ringHash.minimumRingSize" })]),
  ];
};

/** One way to choose an endpoint, with what it needs. */
export const checkLoadBalancer: Check<LoadBalancer> = (balancer, path) => [
  ...(balancer.simple && balancer.consistentHash ? [finding("onlyOne", path, { names: "simple and consistentHash" })] : []),
  ...present(balancer.consistentHash, `${path}.consistentHash`, checkHash),
  ...present(balancer.localityLbSetting, `${path}.localityLbSetting`, checkLocality),
  ...present(balancer.warmupDurationSecs, `${path}.warmupDurationSecs`, checkDuration),
  ...present(balancer.warmup, `${path}.warmup`, ({ duration }, at) => checkDuration(duration, `${at}.duration`)),
];
