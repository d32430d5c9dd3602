import type { DestinationRuleSpec } from "../../api/networking/destination-rule.ts";
import type { GatewaySpec } from "../../api/networking/gateway.ts";
import type { SidecarSpec } from "../../api/networking/sidecar.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { isKind } from "../../api/object.ts";
import { gatewayKey } from "../../base/gateway-key.ts";
import { resolveExportTo } from "../export-to.ts";
import type { Index } from "../fact.ts";
import { fullHost } from "../short-host.ts";
import { selectorKey } from "./selected-by-label.ts";

/** A configuration object as rules find it. */
export interface Rule<Spec> {
  readonly name: string;
  readonly namespace: string;
  readonly exportTo: readonly string[];
  readonly spec: Spec;
}

/** DestinationRules by the host they are for, made whole; wildcards under their own name. */
export const destinationRulesFor: Index<Rule<DestinationRuleSpec>> = {
  name: "destination-rules-for",
  kinds: ["DestinationRule"],
  *entries(object) {
    if (isKind("DestinationRule", object)) {
      const { name, namespace } = object.metadata;
      const exportTo = resolveExportTo(object.spec.exportTo, namespace);
      yield [fullHost(object.spec.host, namespace), { name, namespace, exportTo, spec: object.spec }];
    }
  },
};

/** Whether sidecars follow a VirtualService. */
export function onMesh(spec: VirtualServiceSpec): boolean {
  return spec.gateways === undefined || spec.gateways.length === 0 || spec.gateways.includes("mesh");
}

/** VirtualServices that sidecars follow, by host, made whole; wildcards under their own name. */
export const virtualServicesFor: Index<Rule<VirtualServiceSpec>> = {
  name: "virtual-services-for",
  kinds: ["VirtualService"],
  *entries(object) {
    if (isKind("VirtualService", object) && onMesh(object.spec)) {
      const { name, namespace } = object.metadata;
      const rule = { name, namespace, exportTo: resolveExportTo(object.spec.exportTo, namespace), spec: object.spec };
      for (const host of object.spec.hosts ?? []) {
        yield [fullHost(host, namespace), rule];
      }
    }
  },
};

/** Hosts that VirtualServices of the mesh name, by the namespace they are exported to: they can be called though no service declares them. */
export const virtualServiceHosts: Index<string> = {
  name: "virtual-service-hosts-exported-to",
  kinds: ["VirtualService"],
  *entries(object) {
    if (isKind("VirtualService", object) && onMesh(object.spec) && object.spec.http !== undefined) {
      const { namespace } = object.metadata;
      for (const to of resolveExportTo(object.spec.exportTo, namespace)) {
        for (const host of object.spec.hosts ?? []) {
          yield [to, fullHost(host, namespace)];
        }
      }
    }
  },
};

function labelsNamed(spec: VirtualServiceSpec): readonly string[] {
  const matches = [...(spec.http ?? []), ...(spec.tls ?? []), ...(spec.tcp ?? [])].flatMap((route) => route.match ?? []);
  return [...new Set(matches.flatMap((match) => Object.keys(match.sourceLabels ?? {})))].sort();
}

/** Names of labels that VirtualServices tell callers apart by, all under one key: they are few, and decide what a scope is. */
export const sourceLabelNames: Index<readonly string[]> = {
  name: "source-labels-named",
  kinds: ["VirtualService"],
  *entries(object) {
    if (isKind("VirtualService", object)) {
      const names = labelsNamed(object.spec);
      if (names.length > 0) {
        yield ["all", names];
      }
    }
  },
};

/** VirtualServices bound to a Gateway, by its `namespace/name`. */
export const virtualServicesOnGateway: Index<Rule<VirtualServiceSpec>> = {
  name: "virtual-services-on-gateway",
  kinds: ["VirtualService"],
  *entries(object) {
    if (isKind("VirtualService", object)) {
      const { name, namespace } = object.metadata;
      const rule = { name, namespace, exportTo: resolveExportTo(object.spec.exportTo, namespace), spec: object.spec };
      for (const gateway of object.spec.gateways ?? []) {
        if (gateway !== "mesh") {
          yield [gatewayKey(gateway, namespace), rule];
        }
      }
    }
  },
};

/** Gateways by the first pair of their selector: whatever the namespace, as Istio has it by default. */
export const gatewaysSelecting: Index<Rule<GatewaySpec>> = {
  name: "gateways-selecting",
  kinds: ["Gateway"],
  *entries(object) {
    if (isKind("Gateway", object)) {
      const { name, namespace } = object.metadata;
      yield [selectorKey("", object.spec.selector ?? {}), { name, namespace, exportTo: ["*"], spec: object.spec }];
    }
  },
};

/** Sidecar objects of a namespace. */
export const sidecarsIn: Index<Rule<SidecarSpec>> = {
  name: "sidecars-in",
  kinds: ["Sidecar"],
  *entries(object) {
    if (isKind("Sidecar", object)) {
      const { name, namespace } = object.metadata;
      yield [namespace, { name, namespace, exportTo: [namespace], spec: object.spec }];
    }
  },
};
