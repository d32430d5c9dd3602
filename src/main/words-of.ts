interface SystemError extends Error {
  readonly code?: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
}

const nobodyThere = ({ message, address, port }: SystemError): string =>
  `${address === undefined ? message : `nobody answers at ${address}:${port}`}; start what should listen there, or name another address`;

/** What the system's errors mean to who typed the command. */
const WORDS: Readonly<Record<string, (error: SystemError) => string>> = {
  ENOENT: ({ path }) => `${path} does not exist; name a file or a folder that does`,
  EACCES: ({ path, message }) => `${path ?? message}: this user has no right to it`,
  EISDIR: ({ path, message }) => `${path ?? message} is a folder; name a file in it`,
  ENOTDIR: ({ path }) => `${path} is below something that is a file; name a folder`,
  ECONNREFUSED: nobodyThere,
  ECONNRESET: ({ message }) => `the other side broke the connection off (${message}); is it the address that was meant?`,
  ENOTFOUND: ({ message }) => `${message}: no such name; name a host that DNS knows`,
  UND_ERR_CONNECT_TIMEOUT: ({ message }) => `${message}; name an address that can be reached from here`,
};

/** One text for who typed the command, of anything that was thrown. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  // fetch says "fetch failed" and a dial of several addresses nothing at all; why is inside.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return wordsOf(error.errors[0]);
  }
  if (error.message === "fetch failed" && error.cause !== undefined) {
    return wordsOf(error.cause);
  }
  const { code } = error as SystemError;
  return (code === undefined ? undefined : WORDS[code])?.(error) ?? (error.message || error.name);
}
