import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A Kubernetes binary: from KUBEBUILDER_ASSETS, else where `make` linked it, else from PATH. */
export function findBinary(name: string): string {
  const linked = join(import.meta.dirname, "../../.cache/bin");
  const folders = [process.env.KUBEBUILDER_ASSETS, linked, ...(process.env.PATH ?? "").split(delimiter)];
  for (const folder of folders) {
    if (folder && isExecutable(join(folder, name))) return join(folder, name);
  }
  throw new Error(`${name} was not found: run \`make binaries-envtest\`, or set KUBEBUILDER_ASSETS to the folder that holds it`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
