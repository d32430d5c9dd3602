import { CORE_DUMP_CONTAINER } from "../base/proxy-containers.ts";
import type { Container } from "./pod.ts";
import { imageReference } from "./proxy-image.ts";
import type { ProxySettings } from "./proxy-settings.ts";

/** In the sidecar's own volume, which it can write though its root is read-only. */
const PATTERN = "/var/lib/istio/data/core.proxy";

/**
 * Says where a core dump goes. The kernel has one pattern for the whole node, and only a privileged container may write it; a process that
 * crashes in another container writes under the same name inside that one.
 */
export function coreDumpContainer(settings: ProxySettings): Container {
  const { proxy_init, imagePullPolicy } = settings.input.values.global;
  return {
    name: CORE_DUMP_CONTAINER,
    image: imageReference(settings, proxy_init.image),
    ...(imagePullPolicy === "" ? {} : { imagePullPolicy }),
    command: ["/bin/sh"],
    args: ["-c", `sysctl -w kernel.core_pattern=${PATTERN}`],
    resources: { ...settings.resources },
    securityContext: {
      allowPrivilegeEscalation: true,
      capabilities: { add: ["SYS_ADMIN"], drop: ["ALL"] },
      privileged: true,
      readOnlyRootFilesystem: false,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
    },
  };
}
