import fc from "fast-check";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { type KindInfo, OWN_KINDS, type OwnKind } from "../../../src/api/kinds.ts";
import { type FieldPath, fieldPaths, presentFields } from "./field-paths.ts";
import { meaningsWith } from "./meaning.ts";
import { MESH } from "./mesh-settings.ts";
import { type Meanings, shaped } from "./shaped.ts";
import type { TlsFiles } from "./tls-meanings.ts";
import { NAMESPACES, seldom } from "./vocabulary.ts";

/** An object as a user writes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: OwnKind;
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: unknown;
}

/** Objects in the order in which they are applied, and a mesh configuration as its YAML would be. */
export interface ResourceSet {
  readonly objects: readonly Manifest[];
  readonly mesh: object;
}

const KINDS: readonly KindInfo[] = Object.values(OWN_KINDS);

export const kindOf = (path: FieldPath): OwnKind => path.split(/[.[{]/)[0] as OwnKind;

/** Every field of our kinds. */
export const ALL_FIELDS: readonly FieldPath[] = KINDS.flatMap(({ kind, schema }) => fieldPaths(schemaOf(schema), kind));

/** The fields that an object has. */
export const fieldsOf = ({ kind, spec }: Manifest): readonly FieldPath[] => presentFields(schemaOf(OWN_KINDS[kind].schema), spec, kind);

const LONG = "a".repeat(63);
const NAMES = fc.constantFrom("g0", "g1", "d0", "x", `${LONG}.${LONG}.${LONG}`);
/** VirtualServices name them without dots. */
const GATEWAY_NAMES = seldom(fc.constantFrom("g0", "g1", "d0", LONG), NAMES);

function manifests(kind: OwnKind, meanings: Meanings, focus?: FieldPath): fc.Arbitrary<Manifest> {
  const spec = shaped(schemaOf(OWN_KINDS[kind].schema), kind, { meanings, ...(focus === undefined ? {} : { focus }) });
  return fc
    .record({ namespace: NAMESPACES, name: kind === "Gateway" ? GATEWAY_NAMES : NAMES, spec })
    .map(({ namespace, name, spec: body }) => ({
      apiVersion: `${OWN_KINDS[kind].group}/v1`,
      kind,
      metadata: { namespace, name },
      spec: body,
    }));
}

const COMPANIONS: readonly OwnKind[] = [
  "ServiceEntry",
  "ServiceEntry",
  "VirtualService",
  "DestinationRule",
  "Gateway",
  "Sidecar",
  "WorkloadEntry",
];

/** Makes sets of a few objects that speak of the same hosts, ports, subsets and gateways. `focus`: fields that are there in every set. */
export function resourceSets(files: TlsFiles): (focus: readonly FieldPath[]) => fc.Arbitrary<ResourceSet> {
  const meanings = meaningsWith(files);
  const companions = fc.array(fc.oneof(...COMPANIONS.map((kind) => manifests(kind, meanings))), { maxLength: 5 });
  return (focus) => {
    const focused = fc.tuple(...focus.map((path) => manifests(kindOf(path), meanings, path)));
    return fc
      .record({ focused, companions, mesh: MESH })
      .map((made) => ({ objects: [...made.companions, ...made.focused], mesh: made.mesh }));
  };
}
