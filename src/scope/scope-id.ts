/**
 * What decides which services a workload sees: its namespace, and the Sidecar object that it follows. All workloads with
 * the same share one scope. The text is the argument of queries.
 */
export interface Scope {
  readonly namespace: string;
  /** `namespace/name` of the Sidecar object; absent where none applies. */
  readonly sidecar?: string;
}

export function scopeId(scope: Scope): string {
  return scope.sidecar === undefined ? scope.namespace : `${scope.namespace}|${scope.sidecar}`;
}

export function parseScopeId(id: string): Scope {
  const [namespace = "", sidecar] = id.split("|");
  return sidecar === undefined ? { namespace } : { namespace, sidecar };
}
