type Labels = Readonly<Record<string, string>>;

/**
 * What decides which services a workload sees and which rules hold for it: its namespace, the Sidecar object that it follows, and
 * those of its labels that some rule asks about. All workloads with the same share one scope. The text is the argument of queries.
 */
export interface Scope {
  readonly namespace: string;
  /** `namespace/name` of the Sidecar object; absent where none applies. */
  readonly sidecar?: string;
  /** Labels that some VirtualService names in `sourceLabels`. */
  readonly labels: Labels;
  /** There for workloads whose DNS queries come to their agent: what families an address may be of, to be of use there. */
  readonly dns?: Families;
}

/** IP families of a workload's own addresses. */
export type Families = "v4" | "v6" | "dual";

// Neither names nor labels of Kubernetes hold any of the three signs.
const PARTS = "|";
const PAIRS = ",";
const PAIR = "=";

export function scopeId({ namespace, sidecar = "", labels, dns }: Scope): string {
  const pairs = Object.entries(labels)
    .map(([name, value]) => `${name}${PAIR}${value}`)
    .sort();
  return [namespace, sidecar, pairs.join(PAIRS), dns ?? ""].join(PARTS).replace(/\|+$/, "");
}

export function parseScopeId(id: string): Scope {
  const [namespace = "", sidecar = "", pairs = "", dns = ""] = id.split(PARTS);
  const labels = pairs === "" ? {} : Object.fromEntries(pairs.split(PAIRS).map((pair) => pair.split(PAIR) as [string, string]));
  return { namespace, labels, ...(sidecar === "" ? {} : { sidecar }), ...(dns === "" ? {} : { dns: dns as Families }) };
}
