import { fieldPath } from "../api/field-path.ts";
import type { StoredObject } from "../api/object.ts";
import { hostMatches } from "../base/hostname.ts";
import { nearest } from "../base/nearest.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
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

/** Whether a server's host entry, `namespace/host` or `host`, takes a host of a VirtualService of `namespace`. */
function takes(entry: string, gatewayNamespace: string, host: string, namespace: string): boolean {
  const slash = entry.indexOf("/");
  const from = slash < 0 ? "*" : entry.slice(0, slash);
  const pattern = entry.slice(slash + 1);
  const allowed = from === "*" || from === namespace || (from === "." && gatewayNamespace === namespace);
  return allowed && (hostMatches(pattern, host) || hostMatches(host, pattern));
}

function checkHosts(object: Binding, gateway: StoredObject<"Gateway">, path: string): readonly Finding[] {
  const { namespace, name } = gateway.metadata;
  const hosts = object.spec.hosts ?? [];
  const entries = (gateway.spec.servers ?? []).flatMap((server) => server.hosts);
  const taken = hosts.some((host) => entries.some((entry) => takes(entry, namespace, host, object.metadata.namespace)));
  return taken ? [] : [finding("gatewayHostMissing", path, { gateway: `${namespace}/${name}`, hosts: hosts.join(", ") })];
}

function missing({ namespace, name }: Reference, path: string, world: World): readonly Finding[] {
  const value = `${namespace}/${name}`;
  const names = world.gatewaysNear(namespace, name).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const near = nearest(value, names);
  return [finding("gatewayMissing", path, { value, hint: near ? `did you mean ${near}?` : "add it, or correct namespace/name" })];
}

/** The gateways of a VirtualService are there, and take one of its hosts. */
export const virtualServiceGateway: AnalysisRule<"VirtualService"> = {
  id: "virtual-service-gateway",
  kinds: ["VirtualService"],
  check: (object, world) =>
    (object.spec.gateways ?? []).flatMap((value, index) => {
      if (value === "mesh") return [];
      const path = fieldPath("spec.gateways", index);
      const wanted = reference(value, object.metadata.namespace);
      const gateway = world.find("Gateway", wanted.namespace, wanted.name);
      return gateway ? checkHosts(object, gateway, path) : missing(wanted, path, world);
    }),
};
