import { CORE_DUMP_CONTAINER } from "../base/proxy-containers.ts";
import type { Container } from "./pod.ts";
import type { ProxySettings } from "./proxy-settings.ts";
import { rootContainer } from "./root-container.ts";

/** In the sidecar's own volume, which it can write though its root is read-only. */
const PATTERN = "/var/lib/istio/data/core.proxy";

/**
 * Says where a core dump goes. The kernel has one pattern for the whole node, and only a privileged container may write it; a process that
 * crashes in another container writes under the same name inside that one.
 */
export function coreDumpContainer(settings: ProxySettings): Container {
  return rootContainer(settings, {
    name: CORE_DUMP_CONTAINER,
    add: ["SYS_ADMIN"],
    privileged: true,
    runs: { command: ["/bin/sh"], args: ["-c", `sysctl -w kernel.core_pattern=${PATTERN}`] },
  });
}
