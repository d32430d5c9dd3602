import type { Container } from "../../api/core/pod-template.ts";
import { PROXY_CONTAINER } from "../../base/proxy-containers.ts";
import { type PodLike, podOf } from "../workload-shelf.ts";

/** The sidecar's container; a native one stands among the init containers. */
export function proxyContainer(object: PodLike): Container | undefined {
  const { containers = [], initContainers = [] } = podOf(object);
  return [...containers, ...initContainers].find(({ name }) => name === PROXY_CONTAINER);
}
