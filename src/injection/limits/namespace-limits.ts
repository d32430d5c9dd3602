import type { LimitRangeBody, ResourceQuotaBody } from "../../api/core/core.ts";
import { type Amount, parseQuantity } from "../../base/quantity.ts";

type Limits = NonNullable<LimitRangeBody["limits"]>[number];
type Quantities = NonNullable<Limits["min"]>;

/** An object of the namespace, by its name. */
export interface NamedSpec<T> {
  readonly name: string;
  readonly spec: T;
}

/** What a namespace says of the resources of its pods, as its objects say it. */
export interface NamespaceObjects {
  readonly limitRanges: readonly NamedSpec<LimitRangeBody>[];
  readonly quotas: readonly NamedSpec<ResourceQuotaBody>[];
}

/** An amount, and who asks for it: `LimitRange small, max`. */
export interface Bound {
  readonly amount: Amount;
  readonly from: string;
}

export type Bounds = ReadonlyMap<string, Bound>;

/** By resource, the narrowest of what all objects of a namespace ask of each container, and of a pod as a whole. */
export interface NamespaceLimits {
  readonly min: Bounds;
  readonly max: Bounds;
  /** How many times the request a limit may be. */
  readonly ratio: Bounds;
  readonly defaultLimit: Bounds;
  readonly defaultRequest: Bounds;
  readonly podMax: Bounds;
  /** What a ResourceQuota wants every container to say. */
  readonly demandedLimits: Bounds;
  readonly demandedRequests: Bounds;
}

export function namespaceLimits({ limitRanges, quotas }: NamespaceObjects): NamespaceLimits {
  const items = limitRanges.flatMap(({ name, spec }) => (spec.limits ?? []).map((item) => ({ name, item })));
  const each = items.filter(({ item }) => item.type === "Container");
  const pods = items.filter(({ item }) => item.type === "Pod");
  const bounds = (of: typeof items, field: "min" | "max" | "default" | "defaultRequest" | "maxLimitRequestRatio", wins: Wins): Bounds =>
    narrowest(
      of.map(({ name, item }) => ({ quantities: item[field] ?? {}, from: `LimitRange ${name}, ${field}` })),
      wins,
    );
  return {
    min: bounds(each, "min", larger),
    max: bounds(each, "max", smaller),
    ratio: bounds(each, "maxLimitRequestRatio", smaller),
    defaultLimit: bounds(each, "default", smaller),
    defaultRequest: bounds(each, "defaultRequest", smaller),
    podMax: bounds(pods, "max", smaller),
    demandedLimits: demanded(quotas, /^limits\.(.+)$/),
    demandedRequests: demanded(quotas, /^(?:requests\.)?(cpu|memory)$/),
  };
}

type Wins = (one: Amount, other: Amount) => boolean;
const smaller: Wins = (one, other) => one < other;
const larger: Wins = (one, other) => one > other;

function narrowest(all: readonly { readonly quantities: Quantities; readonly from: string }[], wins: Wins): Bounds {
  const bounds = new Map<string, Bound>();
  for (const { quantities, from } of all) {
    for (const [resource, quantity] of Object.entries(quantities)) {
      const amount = parseQuantity(String(quantity));
      const known = bounds.get(resource);
      if (amount !== undefined && (known === undefined || wins(amount, known.amount))) bounds.set(resource, { amount, from });
    }
  }
  return bounds;
}

/** Resources that a quota counts; of them every container of the namespace has to say how much. */
function demanded(quotas: NamespaceObjects["quotas"], name: RegExp): Bounds {
  const found = quotas.flatMap(({ name: quota, spec }) =>
    Object.keys(spec.hard ?? {}).flatMap((key): [string, Bound][] => {
      const resource = name.exec(key)?.[1];
      return resource === undefined ? [] : [[resource, { amount: 0n, from: `ResourceQuota ${quota}, ${key}` }]];
    }),
  );
  return new Map(found);
}
