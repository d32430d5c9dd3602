import { decode } from "../../api/decode.ts";
import type { StoredObject } from "../../api/object.ts";
import type { UnenforcedKind } from "../../api/unenforced-kinds.ts";
import { DEFAULT_MESH_CONFIG, readMeshConfig } from "../mesh-config-text.ts";
import type { SourceProblem } from "../source-problem.ts";
import type { ApiClient } from "./api-client.ts";
import { hasCode } from "./api-error.ts";
import { MESH_CONFIG_MAP } from "./mesh-config-map.ts";
import { metadataOnly } from "./metadata-client.ts";
import type { RawObject } from "./raw-object.ts";
import type { Collection } from "./reflector.ts";
import { servedUnenforcedKinds } from "./served-unenforced-kinds.ts";
import { analysedCollections, meshCollections } from "./watched-kinds.ts";

export interface ClusterContents {
  readonly objects: readonly StoredObject[];
  /** The same as they are stored, without the mesh configuration. */
  readonly raws: readonly RawObject[];
  /** What is stored and could not be read. */
  readonly problems: readonly SourceProblem[];
  /** What is stored and has no effect. */
  readonly unenforced: readonly UnenforcedObject[];
}

export interface UnenforcedObject {
  readonly kind: UnenforcedKind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads once what the source would watch of the mesh, for a command that looks and goes: writes nothing, and rejects where the API server
 * cannot be asked or refuses, instead of trying again. Kinds that are not served are left out.
 */
export async function readCluster(client: ApiClient, namespace: string): Promise<ClusterContents> {
  const lists = await Promise.all(meshCollections().map((collection) => listed(client, collection)));
  const mesh = await meshConfig(client, namespace);
  const raws = lists.flat();
  const analysed = await Promise.all(analysedCollections(namespace).map((collection) => readable(client, collection)));
  const parts = [...raws.map(decoded), mesh];
  return {
    objects: [...parts.flatMap((part) => part.object ?? []), ...analysed.flat().flatMap((raw) => decoded(raw).object ?? [])],
    raws: [...raws.filter((_, index) => parts[index]?.object !== undefined), ...analysed.flat()],
    problems: parts.flatMap((part) => part.problem ?? []),
    unenforced: await unenforcedObjects(client),
  };
}

async function unenforcedObjects(client: ApiClient): Promise<readonly UnenforcedObject[]> {
  const served = await servedUnenforcedKinds(client);
  const lists = served.map(async ({ unenforced, collection }) => {
    const items = await listed(metadataOnly(client), collection);
    return items.map(({ metadata: { namespace = "", name } }) => ({ kind: unenforced, namespace, name }));
  });
  return (await Promise.all(lists)).flat();
}

interface Part {
  readonly object?: StoredObject;
  readonly problem?: SourceProblem;
}

async function listed(client: ApiClient, { path, apiVersion, kind }: Collection): Promise<readonly RawObject[]> {
  const items: RawObject[] = [];
  let next: string | undefined;
  do {
    const query = { limit: "500", ...(next && { continue: next }) };
    const page = await orAbsent(client.json<{ metadata: { continue?: string }; items: RawObject[] | null }>({ path, query }));
    items.push(...(page?.items ?? []));
    next = page?.metadata.continue;
  } while (next);
  return items.map((item) => ({ apiVersion, kind, ...item }));
}

/** Not everybody may read everything: what is refused is not known. */
async function readable(client: ApiClient, collection: Collection): Promise<readonly RawObject[]> {
  try {
    return (await listed(client, collection)).map(withoutSecrets);
  } catch (error) {
    if (hasCode(error, 403)) return [];
    throw error;
  }
}

/** Of a Secret, which fields it has is all that is asked. */
function withoutSecrets(raw: RawObject): RawObject {
  const { data } = raw as { readonly data?: Readonly<Record<string, string>> };
  if (raw.kind !== "Secret" || !data) return raw;
  return { ...raw, data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, value === "" ? "" : "…"])) };
}

function decoded(raw: RawObject): Part {
  const read = decode(raw);
  if (read.ok) return { object: read.value };
  const id = `${raw.kind}/${raw.metadata.namespace ?? ""}/${raw.metadata.name}`;
  return { problem: { id, origin: id, findings: read.error } };
}

async function meshConfig(client: ApiClient, namespace: string): Promise<Part> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${MESH_CONFIG_MAP}`;
  const map = await orAbsent(client.json<{ data?: Readonly<Record<string, string>> }>({ path }));
  const origin = `ConfigMap ${namespace}/${MESH_CONFIG_MAP}`;
  const text = map?.data?.["mesh"];
  if (text === undefined) return { object: DEFAULT_MESH_CONFIG };
  const read = readMeshConfig({ text, origin });
  return read.ok
    ? { object: read.value.object }
    : { object: DEFAULT_MESH_CONFIG, problem: { id: "mesh-config", origin, findings: read.error } };
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasCode(error, 404)) return undefined;
    throw error;
  }
}
