import { fieldPath } from "../../api/field-path.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Envoy's bound. */
const MOST_BYTES = 1024;

/** Query parameters that are asked for have names. */
export const virtualServiceQueryNames: Rule<"VirtualService"> = {
  id: "virtual-service/query-names",
  kinds: ["VirtualService"],
  check: ({ spec }) =>
    each(spec.http, "spec.http", ({ match }, path) =>
      each(match, `${path}.match`, ({ queryParams = {} }, at) =>
        Object.keys(queryParams).flatMap((name) => {
          const size = Buffer.byteLength(name);
          const fits = size >= 1 && size <= MOST_BYTES;
          return fits ? [] : [finding("queryName", fieldPath(`${at}.queryParams`, name), { size, most: MOST_BYTES })];
        }),
      ),
    ),
};
