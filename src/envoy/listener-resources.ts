import { isTls } from "../base/protocol.ts";
import { ListenerSchema } from "../gen/envoy/config/listener/v3/listener_pb.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import { outboundPolicy } from "../scope/egress.ts";
import { clusterSettings, logSettings } from "../scope/mesh-settings.ts";
import type { View } from "../scope/proxy-view.ts";
import { parseScopeId } from "../scope/scope-id.ts";
import { virtualServiceOf } from "../scope/virtual-service.ts";
import { hostArg } from "../scope/visible-services.ts";
import { outboundClusterName } from "./clusters/cluster-name.ts";
import { destinationResolver } from "./destinations.ts";
import { encode, sameResource } from "./encode.ts";
import { listenerPlan, listenerPorts, type PlannedListener, type PlannedService, plannedListener } from "./listener-plan.ts";
import { buildGatewayListener } from "./listeners/gateway-listener.ts";
import type { ListenerSettings } from "./listeners/listener-settings.ts";
import { buildOutboundListener } from "./listeners/outbound-listener.ts";
import { buildTcpChains, buildTlsChains, type ServiceChainsInput } from "./listeners/service-chains.ts";
import { virtualInbound } from "./listeners/virtual-inbound.ts";
import { virtualOutbound } from "./listeners/virtual-outbound.ts";

const OUTBOUND = "virtualOutbound";
const INBOUND = "virtualInbound";

function settingsOf(reader: Reader, ipv6: boolean): ListenerSettings {
  const accessLog = reader.get(logSettings, "");
  return { ipv6, ...(accessLog.path === "" ? {} : { accessLog }) };
}

interface OutboundParts {
  readonly scope: string;
  readonly ipv6: boolean;
  readonly plan: PlannedListener;
}

function chainsInput(reader: Reader, { scope, plan }: OutboundParts, service: PlannedService): ServiceChainsInput {
  const { namespace } = parseScopeId(scope);
  const rule = reader.get(virtualServiceOf, hostArg(scope, service.host));
  return {
    host: service.host,
    addresses: service.addresses,
    cluster: outboundClusterName({ host: service.host, port: plan.port }),
    ...(rule === undefined ? {} : { virtualService: rule }),
    context: { gateway: "mesh", port: plan.port, source: parseScopeId(scope) },
    resolve: destinationResolver(reader, { scope, namespace: rule?.namespace ?? namespace, port: plan.port }),
  };
}

/** A virtual address that one service has to itself needs no name to tell its TLS apart, unless a VirtualService routes by it. */
function servedByName(service: PlannedService, plan: PlannedListener, input: ServiceChainsInput): boolean {
  const alone = plan.address !== "0.0.0.0" && plan.services.length === 1;
  return isTls(service.protocol) && !(alone && input.virtualService?.spec.tls === undefined);
}

const outboundListener: Query<EncodedResource | undefined> = {
  name: "outbound-listener",
  compute(reader, arg) {
    const parts = JSON.parse(arg) as OutboundParts;
    const { plan } = parts;
    const inputs = plan.services.map((service) => ({ service, input: chainsInput(reader, parts, service) }));
    const byName = ({ service, input }: (typeof inputs)[number]) => servedByName(service, plan, input);
    const listener = buildOutboundListener({
      address: plan.address,
      port: plan.port,
      ...(plan.routeName === undefined ? {} : { http: { routeName: plan.routeName } }),
      tls: inputs.filter(byName).flatMap(({ input }) => buildTlsChains(input)),
      tcp: inputs.filter((each) => !byName(each)).flatMap(({ input }) => buildTcpChains(input)),
      policy: reader.get(outboundPolicy, parts.scope),
      settings: settingsOf(reader, parts.ipv6),
    });
    return encode("listener", `${plan.address}_${plan.port}`, ListenerSchema, listener);
  },
  equal: sameResource,
  recover: () => undefined,
};

const gatewayListenerName = (port: number): string => `0.0.0.0_${port}`;

export function listenerNames(reader: Reader, view: View): readonly string[] {
  if (view.type === "router") {
    return view.gatewayPorts.map((at) => gatewayListenerName(at.bindPort));
  }
  return [OUTBOUND, INBOUND, ...reader.get(listenerPlan, view.scope).keys()];
}

function gatewayListener(reader: Reader, view: View, name: string): EncodedResource | undefined {
  const at = view.gatewayPorts.find((port) => gatewayListenerName(port.bindPort) === name);
  if (at === undefined) {
    return undefined;
  }
  const http = { routeName: `http.${at.bindPort}` };
  const listener = buildGatewayListener({ bindPort: at.bindPort, http, settings: settingsOf(reader, view.ipv6) });
  return encode("listener", name, ListenerSchema, listener);
}

export function listenerResource(reader: Reader, view: View, name: string): EncodedResource | undefined {
  if (view.type === "router") {
    return gatewayListener(reader, view, name);
  }
  const settings = settingsOf(reader, view.ipv6);
  if (name === OUTBOUND) {
    const policy = reader.get(outboundPolicy, view.scope);
    // Only a refusal on ports that nobody declares needs to know which are declared.
    const declaredPorts = policy === "REGISTRY_ONLY" ? reader.get(listenerPorts, view.scope) : [];
    return encode("listener", name, ListenerSchema, virtualOutbound({ policy, settings, declaredPorts }));
  }
  if (name === INBOUND) {
    const { trustDomain } = reader.get(clusterSettings, "");
    const { inbound: ports, keepsSource } = view;
    return encode("listener", name, ListenerSchema, virtualInbound({ ports, trustDomain, settings, keepsSource }));
  }
  const plan = plannedListener(reader, view.scope, name);
  return plan && reader.get(outboundListener, JSON.stringify({ scope: view.scope, ipv6: view.ipv6, plan }));
}
