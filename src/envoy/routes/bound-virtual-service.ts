import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { canHold, type RouteContext, type StaticConditions } from "./route-context.ts";

/** A VirtualService with the names it is known by. */
export interface BoundVirtualService {
  readonly namespace: string;
  readonly name: string;
  readonly spec: VirtualServiceSpec;
}

/** The alternatives of a rule that can hold in this context; a rule without any holds where the VirtualService does. */
export function applicable<M extends StaticConditions>(
  alternatives: readonly M[] | undefined,
  { spec, namespace }: BoundVirtualService,
  context: RouteContext,
): readonly (M | undefined)[] {
  const gateways = spec.gateways?.length ? spec.gateways : ["mesh"];
  if (!alternatives?.length) {
    return canHold({}, { namespace, gateways }, context) ? [undefined] : [];
  }
  return alternatives.filter((match) => canHold(match, { namespace, gateways }, context));
}
