type Fields = Readonly<Record<string, unknown>>;

/** The part of a pino logger that the agent's pieces use: fields first, then a constant message. */
export interface AgentLog {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}
