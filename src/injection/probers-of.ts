import type { Probers } from "./app-probes.ts";
import { fieldAt, isObject, listAt, textAt } from "./json-object.ts";
import type { Container } from "./pod.ts";

/** What the agent of a proxy container knows to ask of the app; nothing where it says nothing that can be read. */
export function probersOf(proxy: Container | undefined): Probers {
  const entry = listAt(proxy, "env").find((item) => fieldAt(item, "name") === "ISTIO_KUBE_APP_PROBERS");
  try {
    const parsed: unknown = JSON.parse(textAt(entry, "value") ?? "{}");
    return isObject(parsed) ? (parsed as Probers) : {};
  } catch {
    return {};
  }
}
