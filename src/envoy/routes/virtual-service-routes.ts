import { create, toBinary } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { HttpMatch } from "../../api/networking/http-match.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import { type Route, RouteSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { configPath, istioMetadata } from "../wire/istio-metadata.ts";
import { mustFit } from "../wire/message-fault.ts";
import { applicable, type BoundVirtualService } from "./bound-virtual-service.ts";
import { CORS_FILTER, routeCors } from "./cors.ts";
import { directResponse } from "./direct-response.ts";
import { FAULT_FILTER, routeFault } from "./fault.ts";
import { forwardAction } from "./forward-action.ts";
import { headerChanges } from "./header-changes.ts";
import { redirectAction } from "./redirect.ts";
import type { ResolveDestination } from "./resolved-destination.ts";
import type { RouteContext } from "./route-context.ts";
import { routeMatch } from "./route-match.ts";

export interface VirtualServiceRoutesInput {
  readonly virtualService: BoundVirtualService;
  readonly context: RouteContext;
  readonly resolve: ResolveDestination;
  /** `HOST:PORT`, for the names that traces show. */
  readonly hostAndPort: string;
  /** Told of each route that cannot be built or that Envoy would refuse: it is left out, the others stand. Absent: it throws. */
  readonly leaveOut?: (reason: unknown) => void;
}

function action(rule: HttpRoute, { context, resolve }: VirtualServiceRoutesInput): Route["action"] {
  if (rule.redirect !== undefined) {
    return { case: "redirect", value: redirectAction(rule.redirect, context.port) };
  }
  return rule.directResponse === undefined
    ? { case: "route", value: forwardAction(rule, resolve) }
    : { case: "directResponse", value: directResponse(rule.directResponse) };
}

function filterSettings({ fault, corsPolicy }: HttpRoute): Record<string, Any> {
  const made = fault && routeFault(fault);
  return { ...(corsPolicy && { [CORS_FILTER]: routeCors(corsPolicy) }), ...(made && { [FAULT_FILTER]: made }) };
}

/** What traces call requests of a route. */
export function operation(hostAndPort: string, match: HttpMatch | undefined): string {
  const { exact, prefix, regex } = match?.uri ?? {};
  return `${hostAndPort}${exact ?? regex ?? `${prefix ?? "/"}*`}`;
}

function routeOf(rule: HttpRoute, match: HttpMatch | undefined, input: VirtualServiceRoutesInput): Route {
  const name = [rule.name, match?.name].filter((part) => part).join(".");
  return create(RouteSchema, {
    ...(name && { name }),
    match: routeMatch(match),
    action: action(rule, input),
    metadata: istioMetadata({ config: configPath("virtual-service", input.virtualService) }),
    decorator: { operation: operation(input.hostAndPort, match) },
    typedPerFilterConfig: filterSettings(rule),
    ...(match?.statPrefix && { statPrefix: match.statPrefix }),
    ...headerChanges(rule.headers),
  });
}

/** One bad route would have Envoy refuse the routes of all hosts on the port. */
function soundRoute(rule: HttpRoute, match: HttpMatch | undefined, input: VirtualServiceRoutesInput): Route[] {
  try {
    const route = routeOf(rule, match, input);
    mustFit(RouteSchema, route);
    toBinary(RouteSchema, route);
    return [route];
  } catch (error) {
    if (input.leaveOut === undefined) {
      throw error;
    }
    input.leaveOut(error);
    return [];
  }
}

/** The routes of a VirtualService that can apply in this context, in its order. A rule that only delegates gives none. */
export function virtualServiceRoutes(input: VirtualServiceRoutesInput): Route[] {
  const { virtualService, context } = input;
  return (virtualService.spec.http ?? [])
    .filter((rule) => rule.delegate === undefined)
    .flatMap((rule) => applicable(rule.match, virtualService, context).flatMap((match) => soundRoute(rule, match, input)));
}
