import { err, ok } from "../base/result.ts";
import { APP_ENDED_ANSWER } from "../rpc/app-end.ts";
import { failure } from "../rpc/failure.ts";
import type { UnaryMethod } from "../rpc/grpc-server.ts";
import { type IdentifyOptions, identify } from "./identify.ts";

/**
 * Tells a proxy whether the app of its pod has ended: an ordinary sidecar of a Job cannot see it, and must end too. Asked by the id of the node, and
 * answered to that node alone.
 */
export function appEndService(options: () => IdentifyOptions): UnaryMethod {
  return {
    kind: "unary",
    handle: async (bytes, { peer }) => {
      const asked = options();
      const proxy = identify(peer, Buffer.from(bytes).toString(), asked);
      if (!proxy.ok) return err(proxy.error.failure);
      const workload = asked.lookup(proxy.value.namespace, proxy.value.name);
      if (workload?.kind !== "Pod") return err(failure("failed-precondition", "only a pod has containers that end"));
      return ok(APP_ENDED_ANSWER[workload.spec.appEnded === true ? "ended" : "running"]);
    },
  };
}
