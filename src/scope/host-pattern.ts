/**
 * True where `pattern` covers `host`: equal, `*`, or `*.suffix`. A wildcard host is covered where all it stands for is:
 * `*.com` covers `*.example.com`. `*.x` does not cover `x`.
 */
export function covers(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) {
    return true;
  }
  return pattern.startsWith("*.") && host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}

/** True where two patterns have a host in common. */
export function overlap(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}
