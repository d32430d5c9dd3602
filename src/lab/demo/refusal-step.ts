import { breaks, type DemoContext, made } from "./demo-context.ts";
import { BAD_SERVICE_ENTRY, GOOD_SERVICE_ENTRY } from "./demo-objects.ts";

/** Sends a ServiceEntry that contradicts itself to the validating webhook. */
export async function refusalStep(context: DemoContext): Promise<void> {
  const entry = breaks(context, "refusal") ? GOOD_SERVICE_ENTRY : BAD_SERVICE_ENTRY;
  const reply = await made(context.lab).admission.ask("/validate", {
    kind: { group: "networking.istio.io", version: "v1", kind: "ServiceEntry" },
    resource: { group: "networking.istio.io", version: "v1", resource: "serviceentries" },
    namespace: "demo",
    name: entry.metadata.name,
    object: entry,
  });
  if (reply.allowed) throw new Error(`ServiceEntry ${entry.metadata.name} was accepted`);
  context.options.write(reply.message.replace(/^/gm, "   "));
}
