import type { ListenOptions, Server } from "node:net";

/** Resolves once the server takes connections; rejects where it cannot have the address. Later errors are whoever's who made the server. */
export function listening(server: Server, at: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
