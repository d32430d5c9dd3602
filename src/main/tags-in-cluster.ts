import { revisionName } from "../base/revision-name.ts";
import { VALUES_CONFIG_MAP } from "../injection/injection-values.ts";
import {
  MUTATING,
  type RevisionWebhooks,
  type StoredConfiguration,
  serviceOf,
  type TagObject,
  VALIDATING,
} from "../injection/revision/tag-objects.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { hasCode } from "../source/kubernetes/api-error.ts";

const REVISION = "istio.io/rev";
const TAG = "istio.io/tag";

interface Items<T> {
  readonly items: readonly T[];
}

/** A tag as a cluster has it. */
export interface FoundTag {
  readonly tag: string;
  readonly revision: string;
  /** helm release that has set it; absent where `fairlead tag` has. */
  readonly release: string | undefined;
}

/** Revisions and tags of the control planes in one namespace. */
export interface FoundRevisions {
  readonly revisions: readonly RevisionWebhooks[];
  readonly tags: readonly FoundTag[];
}

const labelOf = ({ metadata }: StoredConfiguration, label: string): string | undefined => metadata.labels?.[label];

async function configurations(client: ApiClient, path: string, namespace: string): Promise<readonly StoredConfiguration[]> {
  const query = { labelSelector: `app.kubernetes.io/name=fairlead,${REVISION}` };
  const { items } = await client.json<Items<StoredConfiguration>>({ path, query });
  return items.filter((item) => serviceOf(item).namespace === namespace);
}

export async function findRevisions(client: ApiClient, namespace: string): Promise<FoundRevisions> {
  const [mutating, validating] = await Promise.all([MUTATING, VALIDATING].map((path) => configurations(client, path, namespace)));
  const own = (revision: string | undefined, list: readonly StoredConfiguration[] = []) =>
    list.find((each) => labelOf(each, REVISION) === revision && labelOf(each, TAG) === undefined);
  const found = mutating?.map((each) => ({ each, revision: labelOf(each, REVISION) ?? "", tag: labelOf(each, TAG) })) ?? [];
  return {
    revisions: found.flatMap(({ each, revision, tag }) =>
      tag === undefined ? [{ revision, mutating: each, validating: own(revision, validating) }] : [],
    ),
    tags: found.flatMap(({ each, revision, tag }) => (tag === undefined ? [] : [{ tag, revision, release: releaseOf(each) }])),
  };
}

function releaseOf(configuration: StoredConfiguration): string | undefined {
  return labelOf(configuration, "app.kubernetes.io/managed-by") === "Helm"
    ? labelOf(configuration, "app.kubernetes.io/instance")
    : undefined;
}

/** Namespaces that ask for a tag, in order. */
export async function namespacesAsking(client: ApiClient, tag: string): Promise<readonly string[]> {
  const { items } = await client.json<Items<{ metadata: { name: string; labels?: Readonly<Record<string, string>> } }>>({
    path: "/api/v1/namespaces",
  });
  const asks = (labels: Readonly<Record<string, string>> = {}): boolean => {
    const plain = labels["istio-injection"];
    if (plain !== undefined) return plain === "enabled" && tag === "default";
    return labels[REVISION] === tag;
  };
  return items.flatMap(({ metadata }) => (asks(metadata.labels) ? [metadata.name] : [])).sort();
}

/** Whether the release of a revision injects namespaces without labels (`sidecarInjectorWebhook.enableNamespacesByDefault`). */
export async function injectsByDefault(client: ApiClient, namespace: string, revision: string): Promise<boolean> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${revisionName(VALUES_CONFIG_MAP, revision)}`;
  const { data } = await client.json<{ data?: { values?: string } }>({ path });
  const values = JSON.parse(data?.values ?? "{}") as { sidecarInjectorWebhook?: { enableNamespacesByDefault?: boolean } };
  return values.sidecarInjectorWebhook?.enableNamespacesByDefault === true;
}

/** Makes an object, or makes it what it should be. */
export async function applyTagObject(client: ApiClient, { path, body }: TagObject): Promise<void> {
  const query = { fieldManager: "fairlead-tag", force: "true" };
  const contentType = "application/apply-patch+yaml";
  await client.json({ method: "PATCH", path: `${path}/${body.metadata.name}`, query, body, contentType });
}

export async function deleteTagObject(client: ApiClient, path: string, name: string): Promise<void> {
  try {
    await client.json({ method: "DELETE", path: `${path}/${name}` });
  } catch (error) {
    if (!hasCode(error, 404)) throw error;
  }
}
