import type { Query } from "../model/evaluation.ts";

/**
 * Long lists of hosts are cut into buckets by name, so that a host that comes or goes makes one bucket anew and leaves the others
 * as they are kept. The number is a balance: a list of n costs n / BUCKETS + BUCKETS.
 */
const BUCKETS = 32;

export const ALL_BUCKETS: readonly number[] = Array.from({ length: BUCKETS }, (_, i) => i);

export function bucketOf(host: string): number {
  let sum = 0;
  for (let i = 0; i < host.length; i++) {
    sum = (Math.imul(sum, 31) + host.charCodeAt(i)) >>> 0;
  }
  return sum % BUCKETS;
}

/** The entries of each bucket, in the order given. */
function intoBuckets<T>(entries: Iterable<T>, hostOf: (entry: T) => string): readonly (readonly T[])[] {
  const buckets = ALL_BUCKETS.map((): T[] => []);
  for (const entry of entries) {
    buckets[bucketOf(hostOf(entry))]?.push(entry);
  }
  return buckets;
}

/** Argument of a query over one bucket: what the list is of, and the bucket's number. */
export function bucketArg(list: string, bucket: number): string {
  return `${list} ${bucket}`;
}

export function splitBucketArg(arg: string): readonly [list: string, bucket: number] {
  const space = arg.lastIndexOf(" ");
  return [arg.slice(0, space), Number(arg.slice(space + 1))];
}

/** The entries of one bucket (see `bucketArg`) of a long list: who asks for them is not touched by what changes in the others. */
export function queryOfBucket<T>(name: string, list: Query<Iterable<T>>, hostOf: (entry: T) => string): Query<readonly T[]> {
  const all: Query<readonly (readonly T[])[]> = {
    name: `${name}-by-bucket`,
    // Compared bucket by bucket.
    equal: () => false,
    compute: (reader, arg) => intoBuckets(reader.get(list, arg), hostOf),
  };
  return {
    name: `${name}-of-bucket`,
    compute(reader, arg) {
      const [of, bucket] = splitBucketArg(arg);
      return reader.get(all, of)[bucket] ?? [];
    },
  };
}
