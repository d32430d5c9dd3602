import { isDeepStrictEqual } from "node:util";
import { fieldPath } from "../../api/field-path.ts";
import { isTls, type Protocol } from "../../base/protocol.ts";
import { entryEndpoints } from "../../model/indexes/declared-endpoints.ts";
import { servicesNamed, servicesOf } from "../../model/indexes/exported-services.ts";
import type { MeshService, ServicePort } from "../../model/mesh-service.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { seenTogether } from "../visibility.ts";
import type { World } from "../world.ts";

const nameOf = ({ declaredBy, namespace, name }: MeshService): string => `${declaredBy} ${namespace}/${name}`;

/** How connections are told apart: encrypted ones by server name, whatever is inside. */
const inEffect = (protocol: Protocol): string => (isTls(protocol) ? "TLS" : protocol);

/** What is said of a port in two ways. */
interface Difference {
  readonly port: number;
  /** Where both cannot hold: what each says. */
  readonly contradiction?: { readonly ours: string; readonly theirs: string };
}

/** A port that says no protocol contradicts none. */
function contradiction(
  own: MeshService,
  other: MeshService,
  [mine, its]: readonly [ServicePort, ServicePort],
): Difference["contradiction"] {
  const [ours, theirs] = [mine.protocol, its.protocol];
  if (ours !== "auto" && theirs !== "auto" && inEffect(ours) !== inEffect(theirs)) {
    return { ours: `protocol ${ours}`, theirs: `protocol ${theirs}` };
  }
  if (own.resolution === other.resolution) return undefined;
  return { ours: `resolution ${own.resolution}`, theirs: `resolution ${other.resolution}` };
}

/** What an object says of a host beside its ports. */
function restOf(service: MeshService, world: World): object {
  const { external, addresses, selector, subjectAltNames, declaredBy, namespace, name } = service;
  const endpoints = declaredBy === "ServiceEntry" ? world.ask(entryEndpoints, `${namespace}/${name}`).flat() : [];
  return { external, addresses, selector, subjectAltNames, endpoints };
}

const targetOf = ({ targetPort, number }: ServicePort): number | string => targetPort ?? number;

/** Ports of which two objects say different things; hosts make no difference, as each says the same of all of its own. */
function differences(own: MeshService, other: MeshService, world: World): readonly Difference[] {
  const theirs = new Map(other.ports.map((port) => [port.number, port]));
  const shared = own.ports.flatMap((mine) => {
    const its = theirs.get(mine.number);
    return its === undefined ? [] : [[mine, its] as const];
  });
  if (shared.length === 0) return [];
  const same = isDeepStrictEqual(restOf(own, world), restOf(other, world));
  return shared.flatMap(([mine, its]): readonly Difference[] => {
    const words = contradiction(own, other, [mine, its]);
    if (words !== undefined) return [{ port: mine.number, contradiction: words }];
    return same && mine.protocol === its.protocol && targetOf(mine) === targetOf(its) ? [] : [{ port: mine.number }];
  });
}

interface Claimed {
  readonly by: MeshService;
  readonly difference: Difference;
}

function told(own: MeshService, port: number, claims: readonly Claimed[], path: string): readonly Finding[] {
  const isOwners = ({ by }: Claimed): boolean => by.namespace === own.namespace && by.declaredBy === "ServiceEntry";
  const certain = claims.find((claim) => claim.difference.contradiction !== undefined && isOwners(claim));
  if (certain?.difference.contradiction) {
    return [finding("claimsContradict", path, { host: own.host, port, name: nameOf(certain.by), ...certain.difference.contradiction })];
  }
  const names = [...new Set(claims.map(({ by }) => nameOf(by)))].sort().slice(0, 20).join(", ");
  return [finding("claimedElsewhere", path, { host: own.host, port, names })];
}

/** A port of a host is what one object says of it; where several say the same, it makes no difference. */
export const competingEntries: AnalysisRule<"ServiceEntry"> = {
  id: "service-entry/competing-entries",
  kinds: ["ServiceEntry"],
  level: "error",
  needs: [],
  check: (object, world) => {
    const known = new Map<string, readonly Difference[]>();
    const differ = (own: MeshService, other: MeshService): readonly Difference[] => {
      const name = nameOf(other);
      const found = known.get(name) ?? (seenTogether(own.exportTo, other.exportTo) ? differences(own, other, world) : []);
      known.set(name, found);
      return found;
    };
    const paths = new Map((object.spec.ports ?? []).map(({ number }, index) => [number, fieldPath("spec.ports", index)]));
    return untilMany(servicesOf(object), "spec.hosts", (own) => {
      const rivals = world.ask(servicesNamed, own.host).filter((other) => nameOf(other) !== nameOf(own));
      const claims = rivals.flatMap((by) => differ(own, by).map((difference) => ({ by, difference })));
      const byPort = [...Map.groupBy(claims, ({ difference }) => difference.port)];
      return untilMany(byPort, "spec.ports", ([port, list]) => told(own, port, list, paths.get(port) ?? "spec.ports"));
    });
  },
};
