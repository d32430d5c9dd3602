import { create } from "@bufbuild/protobuf";
import type { Headers } from "../../api/networking/headers.ts";
import {
  type HeaderValueOption,
  HeaderValueOption_HeaderAppendAction,
  HeaderValueOptionSchema,
} from "../../gen/envoy/config/core/v3/base_pb.ts";

/** The fields that routes, virtual hosts and weighted clusters have in common. */
export interface HeaderChanges {
  readonly requestHeadersToAdd: HeaderValueOption[];
  readonly requestHeadersToRemove: string[];
  readonly responseHeadersToAdd: HeaderValueOption[];
  readonly responseHeadersToRemove: string[];
}

type Values = Readonly<Record<string, string>>;

const isHost = (name: string): boolean => ["host", ":authority"].includes(name.toLowerCase());
/** Envoy refuses changes of these by header rules; the host has a field of its own. */
const isReserved = (name: string): boolean => isHost(name) || name.startsWith(":");

function options(values: Values | undefined, appendAction: HeaderValueOption_HeaderAppendAction): HeaderValueOption[] {
  return Object.entries(values ?? {})
    .filter(([name]) => !isReserved(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => create(HeaderValueOptionSchema, { header: { key, value }, appendAction }));
}

function changes(operations: Headers["request"]): HeaderValueOption[] {
  return [
    ...options(operations?.set, HeaderValueOption_HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD),
    ...options(operations?.add, HeaderValueOption_HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD),
  ];
}

const removals = (operations: Headers["request"]): string[] => (operations?.remove ?? []).filter((name) => !isReserved(name));

export function headerChanges(headers: Headers | undefined): HeaderChanges {
  return {
    requestHeadersToAdd: changes(headers?.request),
    requestHeadersToRemove: removals(headers?.request),
    responseHeadersToAdd: changes(headers?.response),
    responseHeadersToRemove: removals(headers?.response),
  };
}

/** The host that `request.set` writes, if it does. */
export function hostSetBy(headers: Headers | undefined): string | undefined {
  return Object.entries(headers?.request?.set ?? {}).find(([name]) => isHost(name))?.[1];
}
