import { readOptions } from "../../../../src/agent/read-options.ts";
import type { MeshConfig } from "../../../../src/api/mesh/mesh-config.ts";
import { appPod, injected, proxyOf } from "../../injection/injection-case.ts";

const CONFIG = "PROXY_CONFIG";

interface Variable {
  readonly name: string;
  readonly value?: string;
}

const VERSIONS = ["1.28", "1.34"];

/** What a pod is given in an old cluster and in a new one under a mesh configuration, and how its agent starts: of all outcomes one key. The settings as a whole are left out. */
export function proxyAtStart(mesh: MeshConfig): string {
  return VERSIONS.map((kubeVersion) => startIn(mesh, kubeVersion)).join();
}

function startIn(mesh: MeshConfig, kubeVersion: string): string {
  const { pod } = injected(appPod(), { mesh, kubeVersion });
  const container = proxyOf(pod);
  const variables: readonly Variable[] = container.env;
  const env = Object.fromEntries(variables.map(({ name, value }) => [name, value ?? ""]));
  const read = readOptions(container.args.slice(1), env, "0");
  if (!read.ok) throw new Error(read.error);
  const { node, ...options } = read.value.options;
  const { [CONFIG]: _settings, ...metadata } = node.metadata;
  const given = JSON.stringify(pod, (key, value) => (key === "env" ? value.filter((one: Variable) => one.name !== CONFIG) : value));
  return JSON.stringify({ given, options, node: { ...node, metadata } });
}
