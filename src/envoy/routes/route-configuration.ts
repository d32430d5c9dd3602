/**
 * The bytes of a RouteConfiguration around virtual hosts that are encoded already, so that one changed host among thousands
 * costs one encoding. `virtualHosts` are `envoy.config.route.v3.VirtualHost` messages, in the order wanted.
 */
export function encodeRouteConfiguration(input: { readonly name: string; readonly virtualHosts: readonly Uint8Array[] }): Uint8Array {
  throw new Error(`not built yet: ${input.name}`);
}
