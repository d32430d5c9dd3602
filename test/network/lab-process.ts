// What a lab of the tests runs inside its namespaces: the same roles as `fairlead demo lab-process`, without the bundle.
import { runLabProcess } from "../../src/lab/lab-process.ts";

process.exitCode = await runLabProcess(process.argv.slice(2));
