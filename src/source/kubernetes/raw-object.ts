/** An object as the API server sends it: known only as far as every object is alike. */
export interface RawObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: RawMeta;
  readonly [field: string]: unknown;
}

export interface RawMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

/** `namespace/name`, unique within a kind. */
export function rawKey(object: RawObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
