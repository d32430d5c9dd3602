import { copyFile, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { mustRun } from "./run-command.ts";

/** Where a container sees the lab's two tools; everything else in it is its image's. */
export const TOOLS_MOUNT = "/.lab";
const LOADER = "ld.so";

/**
 * Copies what is run inside a container's root before its own command: `setpriv` (who it runs as) and `realpath` (where a mount
 * point really is when the image has links), with the libraries they need, so that no image has to bring them.
 */
export async function installContainerTools(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const tool of ["/usr/bin/setpriv", "/usr/bin/realpath"]) {
    await copyFile(tool, join(folder, basename(tool)));
    for (const library of libraries(await mustRun(["ldd", tool]))) {
      const name = basename(library).startsWith("ld-linux") ? LOADER : basename(library);
      await copyFile(library, join(folder, name));
    }
  }
}

function libraries(ldd: string): readonly string[] {
  return [...ldd.matchAll(/(\/\S+)(?= \(0x)/g)].map((match) => match[1] ?? "");
}

/** The command line of a tool as seen from inside a container. */
export function toolCommand(tool: "setpriv" | "realpath"): readonly string[] {
  return [`${TOOLS_MOUNT}/${LOADER}`, "--library-path", TOOLS_MOUNT, `${TOOLS_MOUNT}/${tool}`];
}
