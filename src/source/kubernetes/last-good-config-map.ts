import { revisionName } from "../../base/revision-name.ts";
import type { LastGoodStore } from "../mesh-config-keeper.ts";
import type { ApiClient } from "./api-client.ts";
import { hasCode } from "./api-error.ts";
import { createBackoff } from "./backoff.ts";
import { pause } from "./pause.ts";

const LAST_GOOD = "fairlead-mesh-last-good";

/** Of which control plane. */
export interface LastGoodPlace {
  readonly namespace: string;
  readonly revision: string;
}

interface ConfigMap {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

const ATTEMPTS = 5;

/** Remembers the mesh configuration in a ConfigMap. All replicas write it, each guarded by the version it read. */
export function createLastGoodConfigMap(client: ApiClient, { namespace, revision }: LastGoodPlace, signal: AbortSignal): LastGoodStore {
  const folder = `/api/v1/namespaces/${namespace}/configmaps`;
  const name = revisionName(LAST_GOOD, revision);
  const path = `${folder}/${name}`;
  const get = async (): Promise<ConfigMap | undefined> => {
    try {
      return await client.json<ConfigMap>({ path, signal });
    } catch (error) {
      if (hasCode(error, 404)) return undefined;
      throw error;
    }
  };
  const replace = async (text: string): Promise<void> => {
    const found = await get();
    if (found === undefined) {
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { mesh: text } };
      await client.json({ method: "POST", path: folder, body, signal });
    } else if (found.data?.["mesh"] !== text) {
      await client.json({ method: "PUT", path, body: { ...found, data: { mesh: text } }, signal });
    }
  };
  return {
    read: () => attempts(async () => (await get())?.data?.["mesh"], signal),
    write: (text) => attempts(() => replace(text), signal),
  };
}

/** Another replica's write in between, or a server that restarts, is met by trying again. */
async function attempts<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const backoff = createBackoff({ minMs: 200, maxMs: 3_000 });
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (attempt === ATTEMPTS || signal.aborted) throw error;
      await pause(backoff.next(), signal);
    }
  }
}
