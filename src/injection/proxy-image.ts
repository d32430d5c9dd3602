import type { ProxySettings } from "./proxy-settings.ts";

/** The pod's annotation, else `image` below `global.hub`; a reference with a slash is taken whole. */
export function imageReference({ pod, input }: ProxySettings, image: string): string {
  const annotation = pod.annotations["sidecar.istio.io/proxyImage"];
  if (annotation !== undefined && annotation !== "") return annotation;
  const { hub, tag } = input.values.global;
  return image.includes("/") ? image : `${hub}/${image}:${tag}`;
}
