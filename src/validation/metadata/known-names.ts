import { nearest } from "../../base/nearest.ts";
import { MESH_ANNOTATIONS } from "./mesh-annotations.ts";
import { MESH_LABELS } from "./mesh-labels.ts";
import type { MeshName, Sort } from "./mesh-name.ts";

const ALL: readonly MeshName[] = [...MESH_ANNOTATIONS, ...MESH_LABELS];
const OF_SORT: { readonly [S in Sort]: ReadonlyMap<string, MeshName> } = {
  annotation: new Map(MESH_ANNOTATIONS.map((one) => [one.name, one])),
  label: new Map(MESH_LABELS.map((one) => [one.name, one])),
};

/** Prefixes under which nothing but the mesh's own names is read, so that an unknown one is a mistake. */
const CLOSED = new Set([
  "ambient.istio.io",
  "inject.istio.io",
  "networking.istio.io",
  "prometheus.istio.io",
  "proxy.istio.io",
  "readiness.status.sidecar.istio.io",
  "security.istio.io",
  "service.istio.io",
  "sidecar.istio.io",
  "status.sidecar.istio.io",
  "topology.istio.io",
  "traffic.sidecar.istio.io",
]);

interface Parts {
  readonly domain: string;
  readonly local: string;
}

function parts(name: string): Parts {
  const slash = name.indexOf("/");
  return { domain: name.slice(0, Math.max(0, slash)), local: name.slice(slash + 1) };
}

const LOCALS = Map.groupBy(new Set(ALL.map(({ name }) => name)), (name) => parts(name).local);

export function meshName(name: string, sort: Sort): MeshName | undefined {
  return OF_SORT[sort].get(name);
}

/** Whether the name stands under a prefix of the mesh. */
export function isOfTheMesh(name: string): boolean {
  const { domain } = parts(name);
  return domain === "istio.io" || domain.endsWith(".istio.io");
}

/** The same word under the prefix that is meant, or the nearest word under the same prefix, else anywhere. */
function meant(name: string): string | undefined {
  const { domain, local } = parts(name);
  const elsewhere = LOCALS.get(local)?.map((known) => parts(known).domain);
  const right = elsewhere && nearest(domain, elsewhere);
  if (right !== undefined) return `${right}/${local}`;
  const here = ALL.filter((known) => parts(known.name).domain === domain).map((known) => parts(known.name).local);
  const word = nearest(local, here);
  return word === undefined ? undefined : `${domain}/${word}`;
}

/** What is wrong with a name of the mesh that the reference does not have; absent where it may be another program's. */
export function unknownName(name: string): { readonly meant: string | undefined } | undefined {
  const isClosed = CLOSED.has(parts(name).domain);
  const suggestion = meant(name) ?? (isClosed ? LOCALS.get(parts(name).local)?.at(0) : undefined);
  return isClosed || suggestion !== undefined ? { meant: suggestion } : undefined;
}
