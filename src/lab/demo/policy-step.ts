import type { ClusterObject } from "../cluster-object.ts";
import { breaks, type DemoContext, made } from "./demo-context.ts";
import { meshConfig, SERVICE_ENTRIES } from "./demo-objects.ts";
import { type PolicyRow, policyRows, showRows } from "./policy-rows.ts";

const IN_FORCE_WITHIN_MS = 5000;

/** Three policies, each with every kind of request. */
export async function policyStep(context: DemoContext): Promise<void> {
  const client = made(context.client);
  const show = async (title: string, wanted: boolean) => {
    const rows = await policyRows(client, context.options.labProcess);
    context.options.write(`   ${title}\n${showRows(rows)}`);
    expectRows(rows, title, wanted);
    return rows;
  };
  const open = await show("ALLOW_ANY: nothing is declared, everything passes", true);
  expectCarried(open, (cluster) => cluster === "PassthroughCluster");
  if (!breaks(context, "policy")) {
    await changeInForce(context, "ConfigMap istio: REGISTRY_ONLY", [meshConfig("REGISTRY_ONLY")], (outcome) => !outcome.startsWith("200"));
  }
  await show("REGISTRY_ONLY: nothing is declared, everything is refused", false);
  await changeInForce(context, "ServiceEntry api and mail", SERVICE_ENTRIES, (outcome) => outcome.startsWith("200"));
  const declared = await show("REGISTRY_ONLY with a ServiceEntry: what is declared passes", true);
  expectCarried(declared, (cluster) => cluster.startsWith("outbound|"));
}

/** Applies objects and measures, by requests, how long it took until they were in force. */
export async function changeInForce(
  context: DemoContext,
  change: string,
  objects: readonly ClusterObject[],
  wanted: (outcome: string) => boolean,
): Promise<void> {
  const lab = made(context.lab);
  const since = Date.now();
  for (const object of objects) await lab.apply(object);
  const first = await made(context.watcher)
    .outcomeAfter(since, wanted, IN_FORCE_WITHIN_MS)
    .catch((error: Error) => Promise.reject(new Error(`${change} did not come into force: ${error.message}`)));
  context.timings.push({ change, ms: first.sent - since });
}

function expectRows(rows: readonly PolicyRow[], title: string, answered: boolean): void {
  const wrong = rows.filter((row) => row.answered !== answered);
  if (wrong.length === 0) return;
  throw new Error(`under «${title}»: ${wrong.map((row) => `${row.call.asked} came back with ${row.back}`).join("; ")}`);
}

function expectCarried(rows: readonly PolicyRow[], right: (cluster: string) => boolean): void {
  const wrong = rows.filter((row) => !right(row.carried));
  if (wrong.length > 0) throw new Error(wrong.map((row) => `${row.call.asked} was carried by ${row.carried}`).join("; "));
}
