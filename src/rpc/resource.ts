/**
 * One xDS resource, encoded once and shared by all who are sent it.
 * `bytes` is the whole `envoy.service.discovery.v3.Resource` message (name, version and Any inside), so that a response is
 * a concatenation: nobody between the builder and Envoy decodes it again.
 */
export interface EncodedResource {
  readonly name: string;
  /** Hash of the body's bytes: equal inputs give equal versions on every replica. */
  readonly version: string;
  readonly bytes: Uint8Array;
}

/**
 * Type URLs in the order in which a change must be told: clusters before endpoints, listeners before routes, and a name after the listeners
 * and routes that it leads to. `domain` is for the agent, which answers DNS queries of it: Envoy never asks.
 */
export const TYPE_URLS = {
  secret: "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
  cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  endpoint: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
  listener: "type.googleapis.com/envoy.config.listener.v3.Listener",
  route: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
  domain: "type.googleapis.com/envoy.data.dns.v3.DnsTable.DnsVirtualDomain",
} as const;

export type ResourceType = keyof typeof TYPE_URLS;
