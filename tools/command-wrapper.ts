export interface WrapperNodes {
  /** Node brought by the Makefile, relative to the wrapper, so that the clone can be moved; shell wildcards are meant. */
  readonly brought: string;
  /** The Node that built it, for a dist that was copied away. */
  readonly builder: string;
  /** Where images and people have theirs: any version, so it is asked. */
  readonly installed: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The text of `dist/fairlead`: runs lib/cli.js beside it with Node 24, whatever `node` is on PATH. */
export function commandWrapper({ brought, builder, installed }: WrapperNodes): string {
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for node in "$here"/${brought} ${quoted(builder)}; do
  if [ -x "$node" ]; then exec "$node" "$here/lib/cli.js" "$@"; fi
done
node=${quoted(installed)}
if [ -x "$node" ]; then
  version=$("$node" --version 2>/dev/null)
  major=\${version#v}
  major=\${major%%.*}
  if [ "\${major:-0}" -ge 24 ] 2>/dev/null; then exec "$node" "$here/lib/cli.js" "$@"; fi
  echo "fairlead: $node is \${version:-broken}, and Node.js 24 is needed; run make build where it will be used" >&2
  exit 127
fi
echo "fairlead: no Node.js 24 beside it; run make build where it will be used" >&2
exit 127
`;
}
