import { fieldPath } from "../../api/field-path.ts";
import type { Destination } from "../../api/networking/destination.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";

interface Match {
  readonly gateways?: readonly string[];
}

/** A destination and the path of the field that names it. */
export interface DestinationAt {
  readonly destination: Destination;
  readonly path: string;
  /** Alternatives of the rule that sends there; none where it takes everything. */
  readonly matches: readonly Match[];
}

interface Rule {
  readonly match?: readonly Match[];
  readonly route?: readonly { readonly destination: Destination }[];
}

function routes(rules: readonly Rule[] | undefined, path: string): readonly DestinationAt[] {
  return (rules ?? []).flatMap(({ match: matches = [], route = [] }, rule) =>
    route.map(({ destination }, index) => ({
      destination,
      matches,
      path: `${fieldPath(`${fieldPath(path, rule)}.route`, index)}.destination`,
    })),
  );
}

/** Every destination that a VirtualService sends to, copies included. */
export function routeDestinations({ http = [], tls, tcp }: VirtualServiceSpec): readonly DestinationAt[] {
  const copies = http.flatMap(({ match: matches = [], mirror, mirrors = [] }, index) => {
    const path = fieldPath("spec.http", index);
    const several = mirrors.map(({ destination }, at) => ({
      destination,
      matches,
      path: `${fieldPath(`${path}.mirrors`, at)}.destination`,
    }));
    return [...(mirror ? [{ destination: mirror, matches, path: `${path}.mirror` }] : []), ...several];
  });
  return [...routes(http, "spec.http"), ...copies, ...routes(tls, "spec.tls"), ...routes(tcp, "spec.tcp")];
}
