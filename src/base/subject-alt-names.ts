/** The kinds of names a certificate may carry that anything here reads. */
export type SubjectAltNameKind = "URI" | "DNS";

/**
 * Names of one kind out of the text that Node prints of a certificate's subject alternative names, as `URI:spiffe://a/b, DNS:c`.
 * Node quotes names with odd characters; such a list could hide one name in another, so nothing of it is taken.
 */
export function subjectAltNames(text: string | undefined, kind: SubjectAltNameKind): readonly string[] {
  if (text === undefined || text.includes('"')) return [];
  const prefix = `${kind}:`;
  const entries = text.split(", ");
  return entries.filter((entry) => entry.startsWith(prefix)).map((entry) => entry.slice(prefix.length));
}
