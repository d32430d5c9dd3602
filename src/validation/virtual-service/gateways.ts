import { fieldPath } from "../../api/field-path.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkGatewayName } from "../check/gateway-name.ts";
import { isJwtClaim } from "../check/jwt-claim.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

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

/** Gateways are named by name, namespace/name, or `mesh`; conditions on claims need a gateway. */
export const virtualServiceGateways: Rule<"VirtualService"> = {
  id: "virtual-service/gateways",
  kinds: ["VirtualService"],
  check: ({ spec }) => {
    const { gateways = [], http, tls, tcp } = spec;
    const onMesh = gateways.length === 0 || gateways.includes("mesh");
    const l4 = { tls, tcp };
    return [
      ...each(gateways, "spec.gateways", checkGatewayName),
      ...each(http, "spec.http", (rule, path) =>
        each(rule.match, `${path}.match`, (match, at) => each(match.gateways, `${at}.gateways`, checkGatewayName)),
      ),
      ...(["tls", "tcp"] as const).flatMap((name) =>
        each(l4[name] as L4Rules, `spec.${name}`, (rule, path) =>
          each(rule.match, `${path}.match`, (match, at) => each(match.gateways, `${at}.gateways`, checkGatewayName)),
        ),
      ),
      ...(onMesh ? checkClaims(spec) : []),
    ];
  },
};

type L4Rules = readonly { readonly match?: readonly { readonly gateways?: readonly string[] }[] }[] | undefined;
