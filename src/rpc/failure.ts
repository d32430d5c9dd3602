/** The gRPC status names that fairlead uses; the wire numbers live in `grpc-status.ts`. */
export type FailureCode =
  | "cancelled"
  | "unknown"
  | "invalid-argument"
  | "deadline-exceeded"
  | "not-found"
  | "permission-denied"
  | "resource-exhausted"
  | "failed-precondition"
  | "unimplemented"
  | "internal"
  | "unavailable"
  | "unauthenticated";

/** How a call ended, other than well. A value: the far side decides this, so it is never a bug of ours. */
export interface RpcFailure {
  readonly code: FailureCode;
  readonly message: string;
}

export function failure(code: FailureCode, message: string): RpcFailure {
  return { code, message };
}
