/** What a node id says: `TYPE~IP~NAME.NAMESPACE~DOMAIN`. A claim, all of it. */
export interface NodeId {
  readonly type: "sidecar" | "router";
  readonly address: string;
  readonly name: string;
  readonly namespace: string;
}

/** Undefined when the text is not of that shape. Names of pods may hold dots, names of namespaces never do. */
export function parseNodeId(text: string): NodeId | undefined {
  const [type, address, place, domain, ...rest] = text.split("~");
  if ((type !== "sidecar" && type !== "router") || !address || !place || domain === undefined || rest.length > 0) return undefined;
  const dot = place.lastIndexOf(".");
  const [name, namespace] = [place.slice(0, dot), place.slice(dot + 1)];
  return dot > 0 && namespace ? { type, address, name, namespace } : undefined;
}
