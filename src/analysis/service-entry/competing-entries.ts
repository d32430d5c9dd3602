import { isDeepStrictEqual } from "node:util";
import { fieldPath } from "../../api/field-path.ts";
import { type EntryEndpoints, entryEndpoints } from "../../model/indexes/declared-endpoints.ts";
import { servicesNamed, servicesOf } from "../../model/indexes/exported-services.ts";
import type { MeshService, Protocol, ServicePort } from "../../model/mesh-service.ts";
import { isTls } from "../../model/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { seenTogether } from "../visibility.ts";
import type { World } from "../world.ts";

const nameOf = ({ declaredBy, namespace, name }: MeshService): string => `${declaredBy} ${namespace}/${name}`;

/** How connections are told apart: encrypted ones by server name, whatever is inside. */
const inEffect = (protocol: Protocol): string => (isTls(protocol) ? "TLS" : protocol);

interface Claim {
  readonly service: MeshService;
  readonly port: ServicePort;
}

/** What two claims say that cannot both hold, each in its words; a port that says no protocol contradicts none. */
function contradiction(own: Claim, other: Claim): readonly [own: string, other: string] | undefined {
  const [ours, theirs] = [own.port.protocol, other.port.protocol];
  if (ours !== "auto" && theirs !== "auto" && inEffect(ours) !== inEffect(theirs)) return [`protocol ${ours}`, `protocol ${theirs}`];
  if (own.service.resolution === other.service.resolution) return undefined;
  return [`resolution ${own.service.resolution}`, `resolution ${other.service.resolution}`];
}

function endpointsOf(world: World, { declaredBy, namespace, name }: MeshService): EntryEndpoints {
  return declaredBy === "ServiceEntry" ? world.ask(entryEndpoints, `${namespace}/${name}`).flat() : [];
}

/** Whether it makes no difference which of two claims is followed. */
function agree(own: Claim, other: Claim, world: World): boolean {
  if (contradiction(own, other) !== undefined || own.port.protocol !== other.port.protocol) return false;
  const rest = ({ service, port }: Claim) => ({
    ...{ external: service.external, addresses: service.addresses, selector: service.selector },
    ...{ names: service.subjectAltNames, targetPort: port.targetPort ?? port.number },
    endpoints: endpointsOf(world, service),
  });
  return isDeepStrictEqual(rest(own), rest(other));
}

/** Other claims on a port of a host that some caller sees beside this one. */
function rivals(own: MeshService, world: World): readonly Claim[] {
  return world
    .ask(servicesNamed, own.host)
    .filter((other) => nameOf(other) !== nameOf(own) && seenTogether(own.exportTo, other.exportTo))
    .flatMap((service) => service.ports.map((port) => ({ service, port })));
}

function checkClaim(own: Claim, others: readonly Claim[], path: string, world: World): readonly Finding[] {
  const { host, namespace } = own.service;
  const { number } = own.port;
  for (const other of others) {
    const words = contradiction(own, other);
    const isSameOwner = other.service.namespace === namespace && other.service.declaredBy === "ServiceEntry";
    if (words !== undefined && isSameOwner) {
      return [finding("claimsContradict", path, { host, port: number, name: nameOf(other.service), ours: words[0], theirs: words[1] })];
    }
  }
  const different = others.filter((other) => !agree(own, other, world));
  if (different.length === 0) return [];
  const names = [...new Set(different.map(({ service }) => nameOf(service)))].sort().slice(0, 20).join(", ");
  return [finding("claimedElsewhere", path, { host, port: number, names })];
}

/** A port of a host is what one object says of it; where several say the same, it makes no difference. */
export const competingEntries: AnalysisRule<"ServiceEntry"> = {
  id: "competing-entries",
  kinds: ["ServiceEntry"],
  level: "error",
  needs: [],
  check: (object, world) =>
    untilMany(servicesOf(object), "spec.hosts", (service) => {
      const byPort = Map.groupBy(rivals(service, world), ({ port }) => port.number);
      if (byPort.size === 0) return [];
      return untilMany((object.spec.ports ?? []).entries(), "spec.ports", ([index, { number }]) => {
        const [port, others] = [service.ports.find((each) => each.number === number), byPort.get(number)];
        if (port === undefined || others === undefined) return [];
        return checkClaim({ service, port }, others, fieldPath("spec.ports", index), world);
      });
    }),
};
