import { render } from "../cli/render.ts";
import { type TagHandlers, type TagListOptions, type TagRemoveOptions, type TagSetOptions, tagsAsText } from "../cli/tag-commands.ts";
import { tagObjectNames, tagObjects } from "../injection/revision/tag-objects.ts";
import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { printYaml } from "../source/print-yaml.ts";
import { withCluster } from "./cluster-contents.ts";
import {
  applyTagObject,
  deleteTagObject,
  type FoundRevisions,
  findRevisions,
  injectsByDefault,
  namespacesAsking,
} from "./tags-in-cluster.ts";
import { standardTerminal } from "./terminal.ts";

/** Why a tag cannot be set so, and what to do instead; undefined where it can. */
function obstacle(tag: string, { revision, overwrite }: TagSetOptions, { revisions, tags }: FoundRevisions): string | undefined {
  const names = revisions.map((each) => each.revision);
  const now = tags.find((each) => each.tag === tag);
  if (!names.includes(revision)) {
    return `there is no revision ${revision}; installed are: ${names.join(", ") || "none"}`;
  }
  if (names.includes(tag)) {
    return `${tag} is the name of a revision itself; namespaces that ask for it get that one; choose another name for the tag`;
  }
  if (now?.release !== undefined) {
    return `tag ${tag} was set by the helm release ${now.release}; change revisionTags of that release and of the other one`;
  }
  if (now !== undefined && now.revision !== revision && !overwrite) {
    return `tag ${tag} means revision ${now.revision}; write --overwrite to make it mean ${revision}`;
  }
  return undefined;
}

async function set(client: ApiClient, tag: string, options: TagSetOptions): Promise<number> {
  const { istioNamespace: namespace, revision } = options;
  const terminal = standardTerminal();
  const found = await findRevisions(client, namespace);
  const why = obstacle(tag, options, found);
  if (why !== undefined) {
    terminal.err(`fairlead: ${why}\n`);
    return 1;
  }
  const own = found.revisions.find((each) => each.revision === revision);
  const byDefault = await injectsByDefault(client, namespace, revision);
  // The right to keep their caBundle comes before the webhooks.
  for (const object of own === undefined ? [] : tagObjects({ name: tag, namespace, byDefault }, own)) await applyTagObject(client, object);
  const asking = await namespacesAsking(client, tag);
  const next = asking.length === 0 ? `kubectl label namespace NAME istio.io/rev=${tag}` : "their pods change when they are started again";
  terminal.out(`tag ${tag} means revision ${revision}; namespaces that ask for it: ${asking.join(", ") || "none"} (${next})\n`);
  return 0;
}

async function list(client: ApiClient, { istioNamespace, output }: TagListOptions): Promise<number> {
  const { tags } = await findRevisions(client, istioNamespace);
  const lines = await Promise.all(
    tags.map(async ({ tag, revision }) => ({ tag, revision, namespaces: await namespacesAsking(client, tag) })),
  );
  const sorted = lines.toSorted((a, b) => a.tag.localeCompare(b.tag));
  standardTerminal().out(render(sorted, output, tagsAsText, printYaml));
  return 0;
}

async function remove(client: ApiClient, tag: string, { istioNamespace, yes }: TagRemoveOptions): Promise<number> {
  const terminal = standardTerminal();
  const { tags } = await findRevisions(client, istioNamespace);
  const now = tags.find((each) => each.tag === tag);
  const asking = now === undefined ? [] : await namespacesAsking(client, tag);
  const refuse = (why: string): number => {
    terminal.err(`fairlead: ${why}\n`);
    return 1;
  };
  if (now === undefined) return refuse(`there is no tag ${tag}; there are: ${tags.map((each) => each.tag).join(", ") || "none"}`);
  if (now.release !== undefined) return refuse(`tag ${tag} was set by the helm release ${now.release}; take it out of its revisionTags`);
  if (asking.length > 0 && !yes) {
    return refuse(
      `namespaces ask for tag ${tag}, and new pods of theirs would get no sidecar: ${asking.join(", ")}; label them otherwise, or write -y`,
    );
  }
  for (const { path, name } of tagObjectNames(tag, istioNamespace)) await deleteTagObject(client, path, name);
  terminal.out(`tag ${tag} is removed; it meant revision ${now.revision}\n`);
  return 0;
}

/** `fairlead tag …`. */
export const tagHandlers: TagHandlers = {
  set: (tag, options) => withCluster(options, (client) => set(client, tag, options)),
  list: (options) => withCluster(options, (client) => list(client, options)),
  remove: (tag, options) => withCluster(options, (client) => remove(client, tag, options)),
};
