import { fieldPath } from "../../api/field-path.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { gatewayKey } from "../../base/gateway-key.ts";
import { nearest } from "../../base/nearest.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { MOST_FINDINGS } from "../bounded.ts";
import { checkGatewayName } from "../check/gateway-name.ts";
import { isJwtClaim } from "../check/jwt-claim.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const MESH = "mesh";

const MAPS = ["headers", "withoutHeaders"] as const;

/** Tokens are looked at where traffic comes in; a sidecar has no claims to go by. */
function checkClaims({ http }: VirtualServiceSpec): readonly Finding[] {
  return each(http, "spec.http", (rule, path) =>
    each(rule.match, `${path}.match`, (match, at) =>
      MAPS.flatMap((map) =>
        Object.keys(match[map] ?? {})
          .filter(isJwtClaim)
          .map((value) => finding("claimOnMesh", fieldPath(`${at}.${map}`, value), { value })),
      ),
    ),
  );
}

const REMOVE = "add it to spec.gateways, or remove it here";

interface Matching {
  readonly match?: readonly { readonly gateways?: readonly string[] }[];
}

/** What is delegated to has no gateways of its own; of the others a match can only choose among theirs. */
function matchedGateway({ gateways = [], hosts = [] }: VirtualServiceSpec, namespace: string): Check<string> {
  if (hosts.length === 0) return checkGatewayName;
  const bound = gateways.length === 0 ? [MESH] : gateways;
  const keyOf = (gateway: string): string => (gateway === MESH ? MESH : gatewayKey(gateway, namespace));
  const keys = new Set(bound.map(keyOf));
  let unbound = 0;
  return (value, path) => {
    const found = checkGatewayName(value, path);
    if (keys.has(keyOf(value)) || found.some(({ level }) => level === "error")) return found;
    if (++unbound > MOST_FINDINGS) return [...found, finding("matchedGatewayUnbound", path, { value, hint: REMOVE })];
    const near = nearest(value, bound);
    const hint = near === undefined ? REMOVE : `did you mean ${near}?`;
    return [...found, finding("matchedGatewayUnbound", path, { value, hint })];
  };
}

/** Gateways are named by name, namespace/name, or `mesh`; conditions on claims need a gateway. */
export const virtualServiceGateways: Rule<"VirtualService"> = {
  id: "virtual-service/gateways",
  kinds: ["VirtualService"],
  check: ({ spec, metadata }) => {
    const { gateways = [], http, tls, tcp } = spec;
    const onMesh = gateways.length === 0 || gateways.includes("mesh");
    const checkMatched = matchedGateway(spec, metadata.namespace);
    const checkRules = (rules: readonly Matching[] | undefined, at: string): readonly Finding[] =>
      each(rules, at, ({ match }, path) =>
        each(match, `${path}.match`, (one, place) => each(one.gateways, `${place}.gateways`, checkMatched)),
      );
    return [
      ...each(gateways, "spec.gateways", checkGatewayName),
      ...checkRules(http, "spec.http"),
      ...checkRules(tls, "spec.tls"),
      ...checkRules(tcp, "spec.tcp"),
      ...(onMesh ? checkClaims(spec) : []),
    ];
  },
};
