/** Groups that a regular expression captures. */
function groups(regex: string): number {
  return [...regex.matchAll(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|\((?!\?)|\(\?P?</g)].filter(
    ([text]) => text.startsWith("("),
  ).length;
}

/** Why a text cannot stand in for what an expression of RE2 matched; absent where it can. Groups are written `\1` to `\9`, the whole `\0`. */
export function rewriteFault(regex: string, text: string): string | undefined {
  const marks = [...text.matchAll(/\\([\s\S]?)/g)].map(([, mark = ""]) => mark);
  const most = groups(regex);
  const bad = marks.find((mark) => mark !== "\\" && !(mark >= "0" && mark <= "9" && Number(mark) <= most));
  return bad === undefined ? undefined : `\\${bad} refers to a group that does not exist`;
}
