/** Stands in a value that was held against its schema for what does not fit there, or is missing. */
export const UNFIT: unique symbol = Symbol("unfit");

/** Somebody looked at what does not fit, and so can say nothing. */
class UnfitRead extends Error {}

/**
 * The same value, but looking at a part that does not fit breaks off what looks: whatever comes to an end has seen none of it, and so is as
 * true of the object as its user will have put it right.
 */
export function guarded<T extends object>(value: T): T {
  const known = new WeakMap<object, object>();
  const wrap = <V extends object>(inner: V): V => {
    const before = known.get(inner);
    if (before !== undefined) return before as V;
    // A copy, because what is frozen may not answer anything but what it holds.
    const copy = (Array.isArray(inner) ? [...inner] : { ...inner }) as V;
    const proxy = new Proxy(copy, { get: (target, key) => read(Reflect.get(target, key)) });
    known.set(inner, proxy);
    return proxy;
  };
  const read = (part: unknown): unknown => {
    if (part === UNFIT) throw new UnfitRead();
    return typeof part === "object" && part !== null ? wrap(part) : part;
  };
  return wrap(value);
}

/** What `look` finds at what it is given; nothing where it met what does not fit. */
export function unlessUnfit<A extends readonly unknown[], T>(look: (...at: A) => readonly T[], ...at: A): readonly T[] {
  try {
    return look(...at);
  } catch (error) {
    if (error instanceof UnfitRead) return [];
    throw error;
  }
}
