import type { World } from "../world.ts";
import { usualGateway } from "./usual-gateways.ts";

/** Gateways have few pods, and these run in few places; of more the rest is not looked at. */
const MOST_PODS = 50;

/** Namespaces where the pods of a gateway run: those that are known, else where the usual gateways are. */
export function runsIn(world: World, selector: Readonly<Record<string, string>>): readonly string[] {
  const found = new Set(world.workloads(selector, { most: MOST_PODS }).map(({ metadata }) => metadata.namespace));
  const usual = found.size === 0 && !world.hasAll("Pod") ? usualGateway(selector)?.namespace : undefined;
  return usual === undefined ? [...found] : [usual];
}
