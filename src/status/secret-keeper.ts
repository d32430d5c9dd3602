import type { ApiClient } from "../source/kubernetes/api-client.ts";
import { hasCode } from "../source/kubernetes/api-error.ts";

/** Contents of a Secret, decoded: key → text. Never logged. */
export type SecretData = Readonly<Record<string, string>>;

interface Secret {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Secrets that several replicas may make at once: whoever is first decides, and all read the same. */
export interface SecretKeeper {
  /** The Secret's contents; undefined where there is none. Throws when the API server cannot be asked. */
  readSecret(name: string): Promise<SecretData | undefined>;
  /** The Secret's contents; made by `make` where there is none. Throws when the API server cannot be asked. */
  readOrCreateSecret(name: string, make: () => Promise<SecretData>): Promise<SecretData>;
  /**
   * Replaces contents by what `change` makes of them, `undefined` to leave them; asked again when another was faster.
   * Gives what is stored in the end. The Secret must exist.
   */
  updateSecret(name: string, change: (data: SecretData) => Promise<SecretData | undefined>): Promise<SecretData>;
}

export function createSecretKeeper(client: ApiClient, namespace: string): SecretKeeper {
  const folder = `/api/v1/namespaces/${namespace}/secrets`;
  const read = (name: string): Promise<Secret> => client.json<Secret>({ path: `${folder}/${name}` });
  const readSecret = async (name: string): Promise<SecretData | undefined> => {
    try {
      return decoded(await read(name));
    } catch (error) {
      if (!hasCode(error, 404)) throw error;
      return undefined;
    }
  };
  return {
    readSecret,
    readOrCreateSecret: async (name, make) => {
      const found = await readSecret(name);
      if (found !== undefined) return found;
      const body = { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata: { name, namespace }, data: encoded(await make()) };
      try {
        return decoded(await client.json<Secret>({ method: "POST", path: folder, body }));
      } catch (error) {
        if (!hasCode(error, 409)) throw error;
        return decoded(await read(name)); // another replica was first: its is the one
      }
    },
    updateSecret: async (name, change) => {
      for (;;) {
        const before = await read(name);
        const after = await change(decoded(before));
        if (after === undefined) return decoded(before);
        try {
          return decoded(
            await client.json<Secret>({ method: "PUT", path: `${folder}/${name}`, body: { ...before, data: encoded(after) } }),
          );
        } catch (error) {
          if (!hasCode(error, 409)) throw error;
        }
      }
    },
  };
}

function decoded(secret: Secret): SecretData {
  return Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]));
}

function encoded(data: SecretData): SecretData {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}
