import { inspect } from "node:util";

const REDACTED = "[private key]";

/** A private key in PEM that no log, dump or error text can print: only `reveal` gives it. */
export interface PrivateKeyPem {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

export function privateKeyPem(pem: string): PrivateKeyPem {
  const redacted = () => REDACTED;
  return Object.freeze({ reveal: () => pem, toString: redacted, toJSON: redacted, [inspect.custom]: redacted });
}
