import type { Finding } from "./finding.ts";
import { ANALYSIS_MESSAGES } from "./messages/analysis-messages.ts";
import { FIELD_MESSAGES } from "./messages/field-messages.ts";
import type { Message } from "./messages/message.ts";
import { METADATA_MESSAGES } from "./messages/metadata-messages.ts";
import { POD_MESSAGES } from "./messages/pod-messages.ts";
import { POLICY_MESSAGES } from "./messages/policy-messages.ts";
import { PROXY_MESSAGES } from "./messages/proxy-messages.ts";
import { ROUTE_MESSAGES } from "./messages/route-messages.ts";
import { SCHEMA_MESSAGES } from "./messages/schema-messages.ts";
import { SECURITY_MESSAGES } from "./messages/security-messages.ts";
import { SERVICE_MESSAGES } from "./messages/service-messages.ts";
import { SOURCE_MESSAGES } from "./messages/source-messages.ts";
import { STATUS_MESSAGES } from "./messages/status-messages.ts";

/** Every message to users about what they wrote. Codes never change their meaning; docs/messages.md is made from this. */
export const CATALOGUE = {
  ...SCHEMA_MESSAGES,
  ...FIELD_MESSAGES,
  ...SERVICE_MESSAGES,
  ...ROUTE_MESSAGES,
  ...POLICY_MESSAGES,
  ...SOURCE_MESSAGES,
  ...ANALYSIS_MESSAGES,
  ...METADATA_MESSAGES,
  ...POD_MESSAGES,
  ...SECURITY_MESSAGES,
  ...STATUS_MESSAGES,
  ...PROXY_MESSAGES,
} as const satisfies Record<string, Message>;

export type MessageId = keyof typeof CATALOGUE;

type Holes<T extends string> = T extends `${string}{${infer H}}${infer Rest}` ? H | Holes<Rest> : never;

/** What a message wants filled in, read off its text. */
export type MessageValues<M extends MessageId> = Readonly<Record<Holes<(typeof CATALOGUE)[M]["text"]>, string | number | bigint | boolean>>;

/** Longest value that is repeated to the user; a longer one is cut. */
const MOST = 200;

function fill(text: string, values: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values[name]);
    return value.length > MOST ? `${value.slice(0, MOST)}…` : value;
  });
}

/** Makes the finding of a message at the field `path`. */
export function finding<M extends MessageId>(id: M, path: string, values: MessageValues<M>): Finding {
  const { code, level, text } = CATALOGUE[id];
  return { code, level, path, message: fill(text, values) };
}
