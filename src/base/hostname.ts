const LABEL = /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/;
const WITH_PORT = /^[-A-Za-z0-9.]+:[0-9]+$/;
const SNI_HOST = /^outbound_\.[0-9]+_\.[^.]*_\.(.+)$/;

/** Bytes of a server name that Envoy lets a handshake carry. */
export const LONGEST_SERVER_NAME = 255;

/** A label of RFC 1123: 1 to 63 letters, digits and hyphens, no hyphen at an end. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** Name of a Kubernetes namespace: a label in lower case. */
export function isNamespaceName(text: string): boolean {
  return isDnsLabel(text) && text === text.toLowerCase();
}

/** Name of an object, as Kubernetes takes it: such labels in lower case with dots between, at most 253 characters, and no limit for one of them. */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && text === text.toLowerCase() && text.split(".").every((label) => LABEL.test(label));
}

/** Why `text` is no host name, in words that follow «is»; absent where it is one. A trailing dot is allowed, an all-numeric last label not. */
export function hostnameFault(text: string): string | undefined {
  if (text === "") return "empty";
  if (text.length > 255) return "longer than 255 characters";
  const labels = (text.endsWith(".") ? text.slice(0, -1) : text).split(".");
  const bad = labels.find((label) => !isDnsLabel(label));
  if (bad !== undefined && WITH_PORT.test(text)) return "a host name with a port";
  if (bad !== undefined) return `no host name: the part "${bad}" is not made of 1 to 63 letters, digits and inner hyphens`;
  return /^[0-9]+$/.test(labels.at(-1) ?? "") ? "no host name: its last part has only digits" : undefined;
}

export function isHostname(text: string): boolean {
  return hostnameFault(text) === undefined;
}

/** Like {@link hostnameFault}, where the whole may also be `*`, or begin with `*.`. */
export function wildcardHostFault(text: string): string | undefined {
  if (text === "*") return undefined;
  if (text === "*.") return "a wildcard without a domain";
  return hostnameFault(text.startsWith("*.") ? text.slice(2) : text);
}

export function isWildcard(host: string): boolean {
  return host.startsWith("*");
}

/** Without a dot: completed with the namespace of the resource that names it. */
export function isShortName(host: string): boolean {
  return !host.includes(".") && host !== "*";
}

/** Whether `host`, itself a name or a wildcard, is one that `pattern` (a name, `*` or `*.domain`) stands for. Case does not matter. */
export function hostMatches(pattern: string, host: string): boolean {
  const [p, h] = [pattern.toLowerCase(), host.toLowerCase()];
  if (!p.startsWith("*")) return p === h;
  const bare = h.startsWith("*") ? h.slice(1) : h;
  const suffix = p.slice(1);
  return h.startsWith("*") ? bare.endsWith(suffix) : bare.length > suffix.length && bare.endsWith(suffix);
}

/** The wildcards that stand for a host, the nearest first: `a.b.com` → `*.b.com`, `*.com`. */
export function wildcardsOver(host: string): readonly string[] {
  const labels = (isWildcard(host) ? host.slice(2) : host).split(".");
  return labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join(".")}`);
}

/** Whether two names or wildcards have a host in common. */
export function hostsOverlap(one: string, other: string): boolean {
  return hostMatches(one, other) || hostMatches(other, one);
}

/** The host inside a server name of mesh traffic, `outbound_.PORT_.SUBSET_.HOST`; absent where it is none. */
export function hostOfMeshSni(text: string): string | undefined {
  return SNI_HOST.exec(text)?.[1];
}
