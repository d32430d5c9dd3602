import { fieldPath } from "../../api/field-path.ts";
import type { Destination } from "../../api/networking/destination.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";

/** A destination and the path of the field that names it. */
export interface DestinationAt {
  readonly destination: Destination;
  readonly path: string;
}

interface Rule {
  readonly route?: readonly { readonly destination: Destination }[];
}

function routes(rules: readonly Rule[] | undefined, path: string): readonly DestinationAt[] {
  return (rules ?? []).flatMap(({ route = [] }, rule) =>
    route.map(({ destination }, index) => ({ destination, path: `${fieldPath(`${fieldPath(path, rule)}.route`, index)}.destination` })),
  );
}

/** Every destination that a VirtualService sends to, copies included. */
export function routeDestinations({ http = [], tls, tcp }: VirtualServiceSpec): readonly DestinationAt[] {
  const copies = http.flatMap(({ mirror, mirrors = [] }, index) => {
    const path = fieldPath("spec.http", index);
    const several = mirrors.map(({ destination }, at) => ({ destination, path: `${fieldPath(`${path}.mirrors`, at)}.destination` }));
    return [...(mirror ? [{ destination: mirror, path: `${path}.mirror` }] : []), ...several];
  });
  return [...routes(http, "spec.http"), ...copies, ...routes(tls, "spec.tls"), ...routes(tcp, "spec.tcp")];
}
