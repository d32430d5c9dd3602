export interface Version {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Whether one is an older version of the same object: what a write answered is known before the watch tells it, and the watch may still tell what was before. */
export function isOlder(one: Version, other: Version): boolean {
  const [a, b] = [one.resourceVersion, other.resourceVersion];
  return one.uid === other.uid && (a.length === b.length ? a < b : a.length < b.length);
}
