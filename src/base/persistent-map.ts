/**
 * An immutable map with string keys that shares structure: `set` and `delete` on 10,000 entries copy a path of a few nodes,
 * not the entries. A hash array mapped trie, 32 ways, iterated in no promised order.
 */
export interface PersistentMap<V> {
  readonly size: number;
  get(key: string): V | undefined;
  set(key: string, value: V): PersistentMap<V>;
  delete(key: string): PersistentMap<V>;
  entries(): IterableIterator<readonly [string, V]>;
}

type Entry<V> = readonly [string, V];
interface Leaf<V> {
  readonly hash: number;
  readonly entries: readonly Entry<V>[];
}
interface Branch<V> {
  readonly bitmap: number;
  readonly children: readonly Node<V>[];
}
type Node<V> = Leaf<V> | Branch<V>;

const BITS = 5;
const MASK = 31;
const EMPTY: Branch<never> = { bitmap: 0, children: [] };

const isLeaf = <V>(node: Node<V>): node is Leaf<V> => "entries" in node;

/** FNV-1a over UTF-16 units: cheap and spread well enough for names. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

function popCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const bitAt = (hash: number, shift: number): number => 1 << ((hash >>> shift) & MASK);
const slotOf = (bitmap: number, bit: number): number => popCount(bitmap & (bit - 1));

function find<V>(root: Node<V>, key: string): V | undefined {
  const hash = hashOf(key);
  let node = root;
  for (let shift = 0; !isLeaf(node); shift += BITS) {
    const bit = bitAt(hash, shift);
    const child: Node<V> | undefined = node.bitmap & bit ? node.children[slotOf(node.bitmap, bit)] : undefined;
    if (child === undefined) {
      return undefined;
    }
    node = child;
  }
  return node.hash === hash ? node.entries.find(([k]) => k === key)?.[1] : undefined;
}

function join<V>(a: Leaf<V>, b: Leaf<V>, shift: number): Node<V> {
  if (a.hash === b.hash) {
    return { hash: a.hash, entries: [...a.entries, ...b.entries] };
  }
  const [bitA, bitB] = [bitAt(a.hash, shift), bitAt(b.hash, shift)];
  if (bitA === bitB) {
    return { bitmap: bitA, children: [join(a, b, shift + BITS)] };
  }
  const aFirst = slotOf(bitA | bitB, bitA) === 0;
  return { bitmap: bitA | bitB, children: aFirst ? [a, b] : [b, a] };
}

function insert<V>(node: Node<V>, leaf: Leaf<V>, shift: number): Node<V> {
  if (isLeaf(node)) {
    const key = leaf.entries[0]?.[0];
    const others = node.hash === leaf.hash ? node.entries.filter(([k]) => k !== key) : node.entries;
    return others.length === 0 ? leaf : join({ hash: node.hash, entries: others }, leaf, shift);
  }
  const bit = bitAt(leaf.hash, shift);
  const slot = slotOf(node.bitmap, bit);
  const child = node.children[slot];
  if (!(node.bitmap & bit) || child === undefined) {
    return { bitmap: node.bitmap | bit, children: node.children.toSpliced(slot, 0, leaf) };
  }
  return { bitmap: node.bitmap, children: node.children.with(slot, insert(child, leaf, shift + BITS)) };
}

function removeFromLeaf<V>(leaf: Leaf<V>, key: string): Node<V> | undefined {
  const entries = leaf.entries.filter(([k]) => k !== key);
  return entries.length === 0 ? undefined : { hash: leaf.hash, entries };
}

function remove<V>(node: Node<V>, hash: number, key: string, shift: number): Node<V> | undefined {
  if (isLeaf(node)) {
    return removeFromLeaf(node, key);
  }
  const bit = bitAt(hash, shift);
  const slot = slotOf(node.bitmap, bit);
  const child = node.children[slot];
  if (!(node.bitmap & bit) || child === undefined) {
    return node;
  }
  const next = remove(child, hash, key, shift + BITS);
  if (next !== undefined) {
    return { bitmap: node.bitmap, children: node.children.with(slot, next) };
  }
  const bitmap = node.bitmap & ~bit;
  return bitmap === 0 ? undefined : { bitmap, children: node.children.toSpliced(slot, 1) };
}

function* walk<V>(node: Node<V>): IterableIterator<Entry<V>> {
  if (isLeaf(node)) {
    yield* node.entries;
    return;
  }
  for (const child of node.children) {
    yield* walk(child);
  }
}

function wrap<V>(root: Node<V>, size: number): PersistentMap<V> {
  return {
    size,
    get: (key) => find(root, key),
    set: (key, value) => {
      const grown = find(root, key) === undefined ? 1 : 0;
      return wrap(insert(root, { hash: hashOf(key), entries: [[key, value]] }, 0), size + grown);
    },
    delete: (key) => (find(root, key) === undefined ? wrap(root, size) : wrap(remove(root, hashOf(key), key, 0) ?? EMPTY, size - 1)),
    entries: () => walk(root),
  };
}

/** The map without entries. Values must not be `undefined`. */
export function emptyMap<V>(): PersistentMap<V> {
  return wrap<V>(EMPTY, 0);
}
