/** A JSON object whose fields were not checked. */
export type RawObject = Readonly<Record<string, unknown>>;

/** `request` of an AdmissionReview v1, as far as we read it. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly operation: string;
  readonly namespace: string;
  readonly name: string;
  readonly object?: RawObject;
  readonly oldObject?: RawObject;
}

/** What is answered; a refusal is a value, never a throw. */
export type AdmissionAnswer =
  | { readonly allowed: true; readonly patch?: readonly object[]; readonly warnings?: readonly string[] }
  | { readonly allowed: false; readonly code: number; readonly message: string; readonly warnings?: readonly string[] };
