import { readFile } from "node:fs/promises";
import { PROXY_CONTAINER } from "../base/proxy-containers.ts";
import type { ProxyConfigOptions } from "../cli/program.ts";
import type { Json, ProxyState } from "../cli/proxy-config/config-dump.ts";
import { jsonFieldNames } from "../cli/proxy-config/field-names.ts";
import { SECTIONS } from "../cli/proxy-config/sections.ts";
import { table } from "../cli/render.ts";
import { printYaml } from "../source/print-yaml.ts";
import { standardTerminal } from "./terminal.ts";

type Fetch = (path: string) => Promise<Json>;

async function overHttp(admin: string, path: string): Promise<Json> {
  const url = URL.parse(path, admin);
  if (url === null || !url.protocol.startsWith("http")) {
    throw new Error(`--admin ${admin} is not an address of Envoy's admin interface; write it as http://127.0.0.1:15000`);
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}; is it Envoy's administration? write --admin http://127.0.0.1:15000`);
  }
  return (await response.json()) as Json;
}

async function fromFile(file: string): Promise<Json> {
  const text = await readFile(file, "utf8");
  const make = 'make one by "pilot-agent request GET config_dump?include_eds > FILE" in the pod';
  try {
    const dump = JSON.parse(text) as Json;
    if (Array.isArray((dump as { readonly configs?: unknown }).configs)) {
      return dump;
    }
  } catch {
    throw new Error(`${file} is not JSON, so no config dump of Envoy; ${make}`);
  }
  throw new Error(`${file} has no list "configs", so it is not a config dump of Envoy; ${make}`);
}

async function ofPod(pod: string | undefined, { namespace, kubeconfig }: ProxyConfigOptions): Promise<Fetch> {
  if (pod === undefined) {
    throw new Error("name a pod, or give --file or --admin; see fairlead proxy-config --help");
  }
  const [name = "", own] = pod.split(".");
  const { execInPod } = await import("../source/kubernetes/exec-in-pod.ts");
  const command = (path: string) => ["pilot-agent", "request", "--debug-port=15000", "GET", path];
  const container = { name, namespace: own ?? namespace, container: PROXY_CONTAINER, ...(kubeconfig !== undefined && { kubeconfig }) };
  return async (path) => JSON.parse(await execInPod({ ...container, command: command(path) })) as Json;
}

async function stateOf(pod: string | undefined, options: ProxyConfigOptions): Promise<ProxyState> {
  if (options.file !== undefined) {
    return { dump: await fromFile(options.file) };
  }
  const { admin } = options;
  const get: Fetch = admin === undefined ? await ofPod(pod, options) : (path) => overHttp(admin, path);
  const [dump, clusters] = await Promise.all([get("config_dump?include_eds"), get("clusters?format=json")]);
  return { dump, clusters };
}

/** Prints one section of what a proxy holds. Exit 0; what cannot be reached rejects. */
export async function runProxyConfig(section: string, pod: string | undefined, options: ProxyConfigOptions): Promise<number> {
  const terminal = standardTerminal();
  const view = SECTIONS[section];
  if (view === undefined) {
    throw new Error(`no section ${section}`);
  }
  const items = view.items(await stateOf(pod, options), options);
  const whole = items.map((item) => jsonFieldNames(item.whole));
  const texts = {
    short: () =>
      table(
        view.header,
        items.flatMap((item) => item.rows),
      ),
    json: () => `${JSON.stringify(whole, null, 2)}\n`,
    yaml: () => printYaml(whole),
  };
  terminal.out(texts[options.output]());
  return 0;
}
