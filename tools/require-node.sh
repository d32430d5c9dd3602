#!/bin/sh
# Is there a Node.js that can install Node 24? Says what is missing, and nothing when all is well.
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || {
  echo "Node.js 20 or newer with npm is needed (any newer one will do; version 24 is brought along for the project itself)" >&2
  exit 1
}
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || { echo "node on PATH is $(node --version): 20 or newer is needed" >&2; exit 1; }
