import { fieldPath } from "../../api/field-path.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Rule } from "../rule.ts";

function takesEverything({ match = [] }: HttpRoute): boolean {
  return match.length === 0 || match.some((alternative) => Object.keys(alternative).every((key) => key === "name" || key === "statPrefix"));
}

/** A rule behind one that takes everything is never reached. */
export const virtualServiceUnreachable: Rule<"VirtualService"> = {
  id: "virtual-service/unreachable",
  kinds: ["VirtualService"],
  check: ({ spec: { http = [] } }) => {
    const first = http.findIndex(takesEverything);
    if (first < 0) return [];
    const earlier = http[first]?.name ?? fieldPath("spec.http", first);
    return http.slice(first + 1).map((_, index) => finding("unreachableRule", fieldPath("spec.http", first + 1 + index), { earlier }));
  },
};
