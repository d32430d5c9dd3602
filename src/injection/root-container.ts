import type { JsonObject } from "./json-object.ts";
import type { Container } from "./pod.ts";
import { imageReference } from "./proxy-image.ts";
import type { ProxySettings } from "./proxy-settings.ts";

interface RootContainer {
  readonly name: string;
  /** Capabilities that it needs, and no others. */
  readonly add: readonly string[];
  readonly privileged: boolean;
  /** What it runs. */
  readonly runs: JsonObject;
  readonly security?: JsonObject;
}

/** An init container of ours that does for the pod what only root can, and is gone when it is done. */
export function rootContainer(settings: ProxySettings, { name, add, privileged, runs, security = {} }: RootContainer): Container {
  const { proxy_init, imagePullPolicy } = settings.input.values.global;
  return {
    name,
    image: imageReference(settings, proxy_init.image),
    ...(imagePullPolicy === "" ? {} : { imagePullPolicy }),
    ...runs,
    resources: { ...settings.resources },
    securityContext: {
      allowPrivilegeEscalation: privileged,
      capabilities: { add, drop: ["ALL"] },
      privileged,
      readOnlyRootFilesystem: false,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
      ...security,
    },
  };
}
