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
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly managedFields?: readonly ManagedFields[];
}

/** Which fields of an object a program has written last. */
export interface ManagedFields {
  readonly manager?: string;
  /** `Apply`, or `Update` for every other way to write. */
  readonly operation?: string;
  /** `f:FIELD` for each field, nested as the object is. */
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

/** `namespace/name`, unique within a kind. */
export function rawKey(object: RawObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
