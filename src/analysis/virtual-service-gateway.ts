import { fieldPath } from "../api/field-path.ts";
import type { StoredObject } from "../api/object.ts";
import { type HostSet, hostSet } from "../base/host-set.ts";
import { nearest } from "../base/nearest.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { untilMany } from "../validation/bounded.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { oncePerKey } from "./once-per-key.ts";
import type { World } from "./world.ts";

type Binding = StoredObject<"VirtualService">;

interface Reference {
  readonly namespace: string;
  readonly name: string;
}

/** Namespace and name of a gateway as `spec.gateways` writes it. */
function reference(value: string, namespace: string): Reference {
  const slash = value.indexOf("/");
  if (slash >= 0) return { namespace: value.slice(0, slash) === "." ? namespace : value.slice(0, slash), name: value.slice(slash + 1) };
  // An old form is NAME.NAMESPACE.svc.cluster.local.
  const [name = value, own] = value.split(".");
  return { namespace: own ?? namespace, name };
}

/** Host that a server's entry, `namespace/host` or `host`, takes from VirtualServices of `namespace`; absent where it takes none. */
function openTo(entry: string, gatewayNamespace: string, namespace: string): string | undefined {
  const slash = entry.indexOf("/");
  const from = slash < 0 ? "*" : entry.slice(0, slash);
  const open = from === "*" || from === namespace || (from === "." && gatewayNamespace === namespace);
  return open ? entry.slice(slash + 1) : undefined;
}

function checkHosts(object: Binding, own: HostSet, gateway: StoredObject<"Gateway">): readonly Finding[] {
  const { namespace, name } = gateway.metadata;
  const taken = (gateway.spec.servers ?? []).some(({ hosts }) =>
    hosts.some((entry) => {
      const host = openTo(entry, namespace, object.metadata.namespace);
      return host !== undefined && (own.fallUnder(host) || own.cover(host));
    }),
  );
  if (taken) return [];
  return [finding("gatewayHostMissing", "", { gateway: `${namespace}/${name}`, hosts: (object.spec.hosts ?? []).slice(0, 20).join(", ") })];
}

function missing({ namespace, name }: Reference, world: World): readonly Finding[] {
  const value = `${namespace}/${name}`;
  const names = world.gatewaysNear(namespace, name).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const near = nearest(value, names);
  return [finding("gatewayMissing", "", { value, hint: near ? `did you mean ${near}?` : "add it, or correct namespace/name" })];
}

/** The gateways of a VirtualService are there, and take one of its hosts. */
export const virtualServiceGateway: AnalysisRule<"VirtualService"> = {
  id: "virtual-service-gateway",
  kinds: ["VirtualService"],
  check: (object, world) => {
    const { gateways = [], hosts = [] } = object.spec;
    const own = hostSet(gateways.length === 0 ? [] : hosts);
    const ask = oncePerKey((value) => {
      const wanted = reference(value, object.metadata.namespace);
      const gateway = world.find("Gateway", wanted.namespace, wanted.name);
      return gateway ? checkHosts(object, own, gateway) : missing(wanted, world);
    });
    return untilMany(gateways.entries(), "spec.gateways", ([index, value]) =>
      value === "mesh" ? [] : ask(value).map((found) => ({ ...found, path: fieldPath("spec.gateways", index) })),
    );
  },
};
