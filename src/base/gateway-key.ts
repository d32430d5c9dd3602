/** A gateway as a VirtualService names it, made whole: `namespace/name`. An old form is NAME.NAMESPACE.svc.cluster.local. */
export function gatewayKey(gateway: string, namespace: string): string {
  if (gateway.includes("/")) return gateway.startsWith("./") ? `${namespace}${gateway.slice(1)}` : gateway;
  const [name = gateway, own = namespace] = gateway.split(".");
  return `${own}/${name}`;
}
