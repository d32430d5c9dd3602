/**
 * `$(NAME)` in commands, arguments and values of variables, as Kubernetes expands it: `$$(NAME)` stays `$(NAME)`, and an unknown
 * name stays as it is written.
 */
export function expandVariables(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, first: string, name: string | undefined) => {
    if (first === "$") return "$";
    return name !== undefined && Object.hasOwn(known, name) ? (known[name] ?? whole) : whole;
  });
}
