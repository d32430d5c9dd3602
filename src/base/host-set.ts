/** Many hosts and wildcards, asked one by one without going through them: as {@link hostMatches} answers for any of them. */
export interface HostSet {
  /** Whether one of them is `host`, or a wildcard that stands for it. */
  cover(host: string): boolean;
  /** Whether `pattern`, a name, `*` or `*.domain`, stands for one of them. */
  fallUnder(pattern: string): boolean;
}

export function hostSet(hosts: Iterable<string>): HostSet {
  const names = new Set([...hosts].map((host) => host.toLowerCase()));
  const suffixes = new Set([...names].filter((host) => host.startsWith("*")).map((host) => host.slice(1)));
  const lengths = [...new Set([...suffixes].map(({ length }) => length))];
  const domains = new Set([...names].flatMap(domainsOf));
  return {
    cover: (text) => {
      const host = text.toLowerCase();
      return names.has(host) || lengths.some((length) => endsBy(host, length, suffixes));
    },
    fallUnder: (text) => {
      const pattern = text.toLowerCase();
      return names.has(pattern) || (pattern.startsWith("*") && domains.has(pattern.slice(1)));
    },
  };
}

/** `*.b.com` stands for `a.b.com` and `*.a.b.com`, and not for `b.com`. */
function endsBy(host: string, length: number, suffixes: ReadonlySet<string>): boolean {
  const [least, from] = host.startsWith("*") ? [length, 1] : [length + 1, 0];
  return host.length - from >= least && suffixes.has(host.slice(host.length - length));
}

/** What follows the `*` of every wildcard that stands for a host: `a.b.com` → `.b.com`, `.com` and nothing. */
function domainsOf(host: string): readonly string[] {
  const domains = [""];
  for (let at = host.indexOf(".", 1); at >= 0; at = host.indexOf(".", at + 1)) domains.push(host.slice(at));
  return domains;
}
