/** Where a server is to listen, and the option that says so. */
export interface Place {
  readonly address: string;
  readonly port: number;
  /** `webhook-port` */
  readonly option: string;
}

/** A server may wrap the system's error, so it is the text that is read. */
const REASONS: readonly (readonly [code: string, words: (place: Place) => string])[] = [
  ["EADDRINUSE", ({ option }) => `another program listens there; end it, or choose another port by --${option}`],
  ["EACCES", ({ option }) => `this user may not listen there; choose a port above 1023 by --${option}`],
  ["EADDRNOTAVAIL", () => "this machine has no such address; choose one it has by --address"],
];

/** Waits for a server that starts to listen; one that cannot rejects with what to write instead. */
export async function onPort<T>(place: Place, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    const text = String(error);
    const [, words] = REASONS.find(([code]) => text.includes(code)) ?? [];
    if (words === undefined) {
      throw error;
    }
    throw new Error(`cannot listen on ${place.address} port ${place.port}: ${words(place)}`, { cause: error });
  }
}
