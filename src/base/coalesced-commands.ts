/** Whether a command of this name can take a text, and be cut to a length in decimal digits. */
type Takes = (name: string, taken: string, length: string | undefined) => boolean;

const INTEGER = /^[1-9]\d{0,18}$/;
const MOST_LENGTH = 2n ** 63n - 1n;

/** A number as it is written, of which the types of the language do not know; what JSON's grammar allows and Envoy's reader does not is thrown. */
function readAsEnvoy(_: string, value: unknown, { source = "" }: { readonly source?: string }): unknown {
  if (typeof value === "string" && !value.isWellFormed()) throw new Error("half a character");
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) throw new Error("no number");
  return Symbol.for(source);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, readAsEnvoy as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
const own = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** `"NAME"`, or an object of command, param and max_length. */
function isCommand(entry: unknown, takes: Takes): boolean {
  if (typeof entry === "string") return takes(entry, "", undefined);
  if (!isObject(entry)) return false;
  const [command, param = "", most] = ["command", "param", "max_length"].map((name) => own(entry, name));
  if (typeof command !== "string" || typeof param !== "string") return false;
  if (most === undefined) return takes(command, param, undefined);
  const length = typeof most === "symbol" ? (most.description ?? "") : "";
  return INTEGER.test(length) && BigInt(length) <= MOST_LENGTH && takes(command, param, length);
}

/** Whether a text lists commands for `%COALESCE(…)%`, which fills in the first one that gives something. Anything but an object would end Envoy. */
export function isCoalesced(text: string, takes: Takes): boolean {
  const read = parsed(text);
  const commands = isObject(read) ? own(read, "operators") : undefined;
  return Array.isArray(commands) && commands.length > 0 && commands.every((entry) => isCommand(entry, takes));
}
