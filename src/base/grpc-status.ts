/** Names of gRPC's status codes, in order of their numbers. */
export const GRPC_STATUS: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** The number of a gRPC status that is given by name (`UNAVAILABLE`) or number; undefined where it is neither. */
export function grpcStatus(text: string): number | undefined {
  const code = /^[0-9]+$/.test(text) ? Number(text) : GRPC_STATUS.indexOf(text.toUpperCase());
  return code >= 0 && code < GRPC_STATUS.length ? code : undefined;
}
