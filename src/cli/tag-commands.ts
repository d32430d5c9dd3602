import { type Command, InvalidArgumentError, Option } from "commander";
import type { ClusterOptions, OutputFormat } from "./program.ts";
import { table } from "./render.ts";

export interface TagSetOptions extends ClusterOptions {
  readonly revision: string;
  readonly overwrite: boolean;
}

export interface TagListOptions extends ClusterOptions {
  readonly output: OutputFormat;
}

export interface TagRemoveOptions extends ClusterOptions {
  /** Though namespaces ask for the tag. */
  readonly yes: boolean;
}

/** What the subcommands of `tag` do; each resolves to the exit status. */
export interface TagHandlers {
  set(tag: string, options: TagSetOptions): Promise<number>;
  list(options: TagListOptions): Promise<number>;
  remove(tag: string, options: TagRemoveOptions): Promise<number>;
}

const USAGE = `
A tag is a name by which namespaces and pods ask for a revision (label istio.io/rev=TAG), so that they move to another revision without new
labels. The tag "default" is for namespaces labelled istio-injection=enabled.

  fairlead tag set prod-stable --revision 1-0
  fairlead tag set prod-stable --revision 1-1 --overwrite    new pods get their sidecar from 1-1
  kubectl rollout restart deployment -n NAME                 so do those that are started again`;

function label(value: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(value)) {
    throw new InvalidArgumentError("Write lower-case letters, digits and dashes, 52 at the most.");
  }
  return value;
}

function ofCluster(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "kubeconfig of the cluster; without it, what kubectl would take")
    .option("-i, --istio-namespace <name>", "namespace of the control plane", "istio-system");
}

/** Adds `tag set`, `tag list` and `tag remove`. `exit` is told the status of the command that ran. */
export function addTag(program: Command, handlers: TagHandlers, exit: (status: number) => void): void {
  const done = async (status: Promise<number>) => exit(await status);
  const tag = program.command("tag").description("names by which namespaces ask for a revision").addHelpText("after", USAGE);
  ofCluster(tag.command("set"))
    .description("make a tag mean a revision")
    .argument("<tag>", "the tag", label)
    .requiredOption("-r, --revision <name>", "revision that it means; default is the one without a name", label)
    .option("--overwrite", "though it means another revision now", false)
    .action((name: string, options: TagSetOptions) => done(handlers.set(name, options)));
  ofCluster(tag.command("list"))
    .description("show the tags, what they mean, and which namespaces ask for them")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json", "yaml"]).default("text"))
    .action((options: TagListOptions) => done(handlers.list(options)));
  ofCluster(tag.command("remove"))
    .description("remove a tag")
    .argument("<tag>", "the tag", label)
    .option("-y, --yes", "though namespaces ask for it", false)
    .action((name: string, options: TagRemoveOptions) => done(handlers.remove(name, options)));
}

/** A tag of a cluster. */
export interface TagLine {
  readonly tag: string;
  readonly revision: string;
  /** That ask for the tag. */
  readonly namespaces: readonly string[];
}

export function tagsAsText(tags: readonly TagLine[]): string {
  if (tags.length === 0) return "no tags\n";
  return table(
    ["TAG", "REVISION", "NAMESPACES"],
    tags.map(({ tag, revision, namespaces }) => [tag, revision, namespaces.join(",")]),
  );
}
