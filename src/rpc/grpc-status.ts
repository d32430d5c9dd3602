import { status } from "@grpc/grpc-js";
import type { FailureCode, RpcFailure } from "./failure.ts";

const NUMBERS: Readonly<Record<FailureCode, status>> = {
  cancelled: status.CANCELLED,
  unknown: status.UNKNOWN,
  "invalid-argument": status.INVALID_ARGUMENT,
  "deadline-exceeded": status.DEADLINE_EXCEEDED,
  "not-found": status.NOT_FOUND,
  "permission-denied": status.PERMISSION_DENIED,
  "resource-exhausted": status.RESOURCE_EXHAUSTED,
  "failed-precondition": status.FAILED_PRECONDITION,
  unimplemented: status.UNIMPLEMENTED,
  internal: status.INTERNAL,
  unavailable: status.UNAVAILABLE,
  unauthenticated: status.UNAUTHENTICATED,
};

export function toStatus(failure: RpcFailure): { readonly code: status; readonly details: string } {
  return { code: NUMBERS[failure.code], details: failure.message };
}

/** Undefined for OK. */
export function fromStatus(code: status, details: string): RpcFailure | undefined {
  if (code === status.OK) return undefined;
  const known = Object.entries(NUMBERS).find(([, number]) => number === code)?.[0];
  return { code: (known ?? "unknown") as FailureCode, message: details };
}
