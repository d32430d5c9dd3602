import type { L4Match, TlsMatch } from "../../api/networking/http-match.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Rule } from "../rule.ts";
import { type ConnectionCondition, connectionCondition, createConnectionClaims } from "./subsumption/connection-claims.ts";
import { type HttpCondition, httpCondition } from "./subsumption/http-condition.ts";
import { createHttpIndex } from "./subsumption/http-index.ts";
import { type Contender, shadows } from "./subsumption/shadows.ts";
import { type Bounds, ownGateways } from "./subsumption/standing.ts";

/** Looks that one list of rules may cost: a fraction of a second. Lists of thousands of rules take a small part of it. */
const MOST_LOOKS = 500_000;

interface Alternatives<M> {
  readonly name?: string;
  readonly match?: readonly M[];
}

function contender<M extends object, C>({ name, match = [] }: Alternatives<M>, read: (match: M) => C): Omit<Contender<C>, "letsPass"> {
  const isWhole = match.length === 0;
  return { ...(name && { name }), conditions: isWhole ? [read({} as M)] : match.map(read), isWhole };
}

function httpShadows(http: readonly HttpRoute[], bounds: Bounds): readonly Finding[] {
  const rules: readonly Contender<HttpCondition>[] = http.map((rule) => ({
    ...contender(rule, (match) => httpCondition(match, bounds)),
    // The rules it delegates to may take less than the match lets through.
    letsPass: rule.delegate !== undefined,
  }));
  const effort = { left: MOST_LOOKS };
  const all = rules.flatMap(({ conditions }) => conditions.filter((condition) => condition !== undefined));
  return shadows({
    path: "spec.http",
    rules,
    effort,
    taken: createHttpIndex({ all, own: ownGateways(bounds), isDelegate: bounds.isDelegate, effort }),
  });
}

function connectionShadows(path: string, list: readonly Alternatives<TlsMatch | L4Match>[], bounds: Bounds): readonly Finding[] {
  const rules: readonly Contender<ConnectionCondition | undefined>[] = list.map((rule) => ({
    ...contender(rule, (match) => connectionCondition(match, bounds)),
    letsPass: false,
  }));
  const effort = { left: MOST_LOOKS };
  return shadows({ path, rules, effort, taken: createConnectionClaims(ownGateways(bounds), effort) });
}

function unreachable({ hosts, gateways, http, tls, tcp }: VirtualServiceSpec, namespace: string): readonly Finding[] {
  const bounds = { namespace, gateways, isDelegate: !hosts?.length };
  return [
    ...(http ? httpShadows(http, bounds) : []),
    ...(tls ? connectionShadows("spec.tls", tls, bounds) : []),
    ...(tcp ? connectionShadows("spec.tcp", tcp, bounds) : []),
  ];
}

/** A rule or match behind one that takes all that it would take is never reached. */
export const virtualServiceUnreachable: Rule<"VirtualService"> = {
  id: "virtual-service/unreachable",
  kinds: ["VirtualService"],
  misledBy: (path) => path.includes(".match["),
  check: ({ spec, metadata }) => unreachable(spec, metadata.namespace),
};
