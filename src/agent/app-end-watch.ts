import type { Clock } from "../base/clock.ts";
import type { Result } from "../base/result.ts";
import { APP_ENDED, APP_ENDED_ANSWER } from "../rpc/app-end.ts";
import type { RpcFailure } from "../rpc/failure.ts";
import type { GrpcClient } from "../rpc/grpc-client.ts";
import type { AgentLog } from "./agent-log.ts";

/** Asks the controller, which sees the pod, whether its app has ended. */
export interface AppEndWatch {
  start(): void;
  stop(): void;
}

export interface AppEndWatchOptions {
  readonly nodeId: string;
  /** A client with the identity in force; undefined while there is none. */
  readonly dial: () => GrpcClient | undefined;
  readonly clock: Clock;
  readonly log: AgentLog;
  /** Called once. */
  readonly ended: () => void;
}

const EVERY_MS = 5000;
const TIMEOUT_MS = 5000;

/** A Job has ended only when its sidecar has, and an ordinary sidecar sees neither the app's processes nor its exit. */
export function createAppEndWatch(options: AppEndWatchOptions): AppEndWatch {
  const { clock, log, ended } = options;
  let [stopped, warned] = [false, false];
  const tell = ({ code, message }: RpcFailure): void => {
    const tooOld = code === "unimplemented";
    if (tooOld && !warned)
      log.warn({}, "the controller's version is too old to say when the app has ended: the sidecar does not end with it");
    else log.debug({ reason: message }, "the controller does not say whether the app has ended");
    warned ||= tooOld;
  };
  const look = async (): Promise<void> => {
    if (stopped) return;
    const answer = await ask(options);
    if (stopped) return;
    if (answer?.ok === false) tell(answer.error);
    const gone = answer?.ok === true && answer.value[0] === APP_ENDED_ANSWER.ended[0];
    if (!gone) return void clock.after(EVERY_MS, () => void look());
    log.info({}, "the app has ended, so the sidecar ends too");
    ended();
  };
  return {
    start: () => void look(),
    stop: () => {
      stopped = true;
    },
  };
}

/** A client for each question: certificates change, and a Job that waits for its end is not worth a connection of its own. */
async function ask({ nodeId, dial }: AppEndWatchOptions): Promise<Result<Uint8Array, RpcFailure> | undefined> {
  const client = dial();
  const answer = await client?.unary(APP_ENDED, Buffer.from(nodeId), { timeoutMs: TIMEOUT_MS });
  client?.close();
  return answer;
}
