/** A JSON object of Envoy's, read leniently: a newer Envoy may say more. */
export type Json = Readonly<Record<string, unknown>>;

/** What `/config_dump` and `/clusters?format=json` answer. */
export interface ProxyState {
  readonly dump: Json;
  /** Absent when only a config dump was given. */
  readonly clusters?: Json;
}

export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

export function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The value at a path of field names. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, field) => object(inner)[field], value);
}

/** The parts of a dump of one type, `ListenersConfigDump`. */
export function section(dump: Json, type: string): Json {
  return list(dump["configs"]).find((config) => text(config["@type"]).endsWith(`.${type}`)) ?? {};
}

/** `address:port`, or the path of a socket. */
export function addressOf(value: unknown): string {
  const socket = object(at(value, "socket_address"));
  return text(at(value, "pipe", "path")) || `${text(socket["address"])}:${text(socket["port_value"])}`;
}
