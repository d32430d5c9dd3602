import type { Any } from "@bufbuild/protobuf/wkt";
import type { CorsPolicy } from "../../api/networking/http-action.ts";
import { CorsPolicySchema } from "../../gen/envoy/extensions/filters/http/cors/v3/cors_pb.ts";
import { stringMatcher } from "../wire/string-matcher.ts";
import { typedConfig } from "../wire/typed-config.ts";
import { wholeSeconds } from "../wire/wire-duration.ts";

export const CORS_FILTER = "envoy.filters.http.cors";

function origins(policy: CorsPolicy) {
  const old = policy.allowOrigins?.length ? [] : (policy.allowOrigin ?? []);
  const named = old.map((exact) => (exact === "*" ? { regex: ".*" } : { exact }));
  return [...(policy.allowOrigins ?? []), ...named].flatMap((match) => stringMatcher(match) ?? []);
}

/** Which pages of other origins may let a browser call this route. */
export function routeCors(policy: CorsPolicy): Any {
  const maxAge = wholeSeconds(policy.maxAge);
  return typedConfig(CorsPolicySchema, {
    allowOriginStringMatch: origins(policy),
    allowMethods: (policy.allowMethods ?? []).join(","),
    allowHeaders: (policy.allowHeaders ?? []).join(","),
    exposeHeaders: (policy.exposeHeaders ?? []).join(","),
    ...(maxAge !== undefined && { maxAge: String(maxAge) }),
    ...(policy.allowCredentials !== undefined && { allowCredentials: policy.allowCredentials }),
    forwardNotMatchingPreflights: policy.unmatchedPreflights !== "IGNORE",
    filterEnabled: { defaultValue: { numerator: 100 } },
  });
}
