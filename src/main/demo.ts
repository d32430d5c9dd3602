import { dirname, resolve } from "node:path";
import type { DemoFlags, DemoHandlers } from "../cli/demo-commands.ts";
import { demoCommand } from "../lab/demo/demo-command.ts";
import { endDemo, execInDemo } from "../lab/demo/demo-exec.ts";
import { runLabProcess } from "../lab/lab-process.ts";

/** `fairlead demo …`. The demo starts this same program again: as the control plane, and inside its namespaces. */
export const demoHandlers: DemoHandlers = {
  run: (flags: DemoFlags) => {
    const program = resolve(process.argv[1] ?? "");
    const images = flags.images ?? resolve(dirname(program), "../images/index.json");
    return demoCommand({ ...flags, images, fairlead: [process.execPath, program] });
  },
  exec: execInDemo,
  down: endDemo,
  labProcess: runLabProcess,
};
