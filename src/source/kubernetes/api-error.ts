/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status, or the code of a Status object that came in a watch. */
  readonly code: number;
  /** `NotFound`, `Expired`, … as the server says. */
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, status: { readonly reason?: string; readonly message?: string }, retryAfterSeconds?: number) {
    super(status.message ?? `the API server answered ${code}`);
    this.code = code;
    this.reason = status.reason ?? "";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function hasCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}
