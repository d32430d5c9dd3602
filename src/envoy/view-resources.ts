import type { Query, Reader } from "../model/evaluation.ts";
import type { EncodedResource, ResourceType } from "../rpc/resource.ts";
import type { View } from "../scope/proxy-view.ts";
import { clusterNames, clusterResource } from "./cluster-resources.ts";
import { domainNames, domainResource } from "./domain-resources.ts";
import { sameResource } from "./encode.ts";
import { endpointResource } from "./endpoint-resources.ts";
import { listenerNames, listenerResource } from "./listener-resources.ts";
import { routeResource } from "./route-resources.ts";

/** Types of which a client may ask for everything; of the others it names what it wants. */
export const WILDCARD_TYPES = ["cluster", "listener", "domain"] as const satisfies readonly ResourceType[];

const NAMES: Readonly<Partial<Record<ResourceType, (reader: Reader, view: View) => readonly string[]>>> = {
  cluster: clusterNames,
  listener: listenerNames,
  domain: domainNames,
};

const RESOURCES: Readonly<Partial<Record<ResourceType, (reader: Reader, view: View, name: string) => EncodedResource | undefined>>> = {
  cluster: clusterResource,
  endpoint: endpointResource,
  listener: listenerResource,
  route: routeResource,
  domain: domainResource,
};

/** What a view holds, by type and name; `viewId` is a short name for the view, so that the ids of kept answers stay short. */
export interface ViewQueries {
  /** Argument: see `namesArg`. */
  readonly names: Query<readonly string[]>;
  /** Argument: see `resourceArg`. */
  readonly resource: Query<EncodedResource | undefined>;
}

export function namesArg(viewId: string, type: ResourceType): string {
  return `${viewId} ${type}`;
}

export function resourceArg(viewId: string, type: ResourceType, name: string): string {
  return `${viewId} ${type} ${name}`;
}

/** The reverse of `resourceArg`. */
export function splitResourceArg(arg: string): { readonly viewId: string; readonly type: ResourceType; readonly name: string } {
  const [viewId = "", type = "", ...name] = arg.split(" ");
  return { viewId, type: type as ResourceType, name: name.join(" ") };
}

export function viewQueries(viewOf: (viewId: string) => View): ViewQueries {
  return {
    names: {
      name: "names",
      compute(reader, arg) {
        const { viewId, type } = splitResourceArg(arg);
        return NAMES[type]?.(reader, viewOf(viewId)) ?? [];
      },
    },
    resource: {
      name: "resource",
      compute(reader, arg) {
        const { viewId, type, name } = splitResourceArg(arg);
        return RESOURCES[type]?.(reader, viewOf(viewId), name);
      },
      equal: sameResource,
      recover: () => undefined,
    },
  };
}
