import { UNENFORCED_KINDS, type UnenforcedKind } from "../../api/unenforced-kinds.ts";
import type { ApiClient } from "./api-client.ts";
import { hasCode } from "./api-error.ts";
import type { Collection } from "./reflector.ts";

/** A kind that is not enforced, and where the API server has its objects. */
export interface ServedKind {
  readonly unenforced: UnenforcedKind;
  readonly collection: Collection;
}

interface Group {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string }[];
}

/**
 * Which of them the API server serves now, each in the version that it prefers. By its discovery, which everyone may read: asking for
 * the objects themselves would tell an absent kind from a present one as well, but not in which version to ask.
 */
export async function servedUnenforcedKinds(client: ApiClient): Promise<readonly ServedKind[]> {
  const wanted = new Set(UNENFORCED_KINDS.map(({ group }) => group));
  const { groups } = await client.json<{ groups: readonly Group[] }>({ path: "/apis" });
  const versions = groups.filter(({ name }) => wanted.has(name)).flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
  const found = await Promise.all(versions.map((version) => servedIn(client, version)));
  const first = new Map(
    found
      .flat()
      .toReversed()
      .map((served) => [served.unenforced, served]),
  );
  return [...first.values()];
}

async function servedIn(client: ApiClient, apiVersion: string): Promise<readonly ServedKind[]> {
  const plurals = new Set((await resourcesOf(client, apiVersion)).map(({ name }) => name));
  const [group] = apiVersion.split("/");
  return UNENFORCED_KINDS.filter((one) => one.group === group && plurals.has(one.plural)).map((unenforced) => ({
    unenforced,
    collection: { path: `/apis/${apiVersion}/${unenforced.plural}`, apiVersion, kind: unenforced.kind },
  }));
}

async function resourcesOf(client: ApiClient, apiVersion: string): Promise<readonly { readonly name: string }[]> {
  try {
    return (await client.json<{ resources: readonly { name: string }[] }>({ path: `/apis/${apiVersion}` })).resources;
  } catch (error) {
    // It went away between the two questions.
    if (hasCode(error, 404)) return [];
    throw error;
  }
}
