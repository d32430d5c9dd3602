import pino, { type DestinationStream, type Logger } from "pino";

export type { Logger };

export interface LoggerOptions {
  /** Program or part that speaks, as `controller`. */
  readonly name: string;
  /** trace, debug, info, warn, error, fatal or silent; default info. Changed at run time by `logger.level = …`. */
  readonly level?: string;
  /** Where lines go; default standard output. */
  readonly destination?: DestinationStream;
}

/** Fields whose values never reach a log, wherever they stand up to three levels deep. */
const SECRET_FIELDS = ["token", "authorization", "password", "privateKey", "key.pem", "tls.key", "ca-key.pem"];

function redacted(): string[] {
  return SECRET_FIELDS.flatMap((field) => {
    const own = field.includes(".") ? `["${field}"]` : `.${field}`;
    return [own.startsWith(".") ? field : own, `*${own}`, `*.*${own}`];
  });
}

/** Makes the logger of a program: JSON lines, RFC 3339 time, level by name. Messages are constant; what varies goes into fields. */
export function createLogger({ name, level = "info", destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted(), censor: "[redacted]" },
  };
  return destination ? pino(options, destination) : pino(options);
}
