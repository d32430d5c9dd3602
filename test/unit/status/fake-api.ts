import type { ApiClient, ApiRequest } from "../../../src/source/kubernetes/api-client.ts";

/** An API server that answers as told, and remembers what it was asked. */
export function fakeApi(answer: (request: ApiRequest) => unknown) {
  const requests: ApiRequest[] = [];
  const client: ApiClient = {
    json: async <T>(request: ApiRequest) => {
      requests.push(request);
      return (await answer(request)) as T;
    },
    stream: () => Promise.reject(new Error("nothing is watched here")),
    close: async () => undefined,
  };
  return { client, requests };
}

/** Resolves when everything that waits for nothing but its turn is done. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

export const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
