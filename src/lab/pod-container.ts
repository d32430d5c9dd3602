import { rm } from "node:fs/promises";
import { type ContainerRun, runContainer } from "./container-run.ts";
import type { ContainerPlan } from "./container-script.ts";
import type { ContainerSpec, ProbeSpec } from "./pod-spec.ts";
import { followProbe, type ProbeTarget, pause, probeOnce, probeUntilSuccess } from "./probe.ts";

/** One container of a running pod, restarted when it ends, as a kubelet restarts it. */
export interface PodContainer {
  readonly name: string;
  readonly restarts: number;
  /** Exit code of the last run that ended. */
  readonly lastExit: number | undefined;
  readonly ready: boolean;
  /** It has ended, and is not started again. */
  readonly done: boolean;
  readonly current: ContainerRun | undefined;
  /** Resolves when it runs for the first time. */
  readonly launched: Promise<unknown>;
  /** Resolves when its startup probe succeeded, or at once without one; false when it was stopped before. */
  readonly started: Promise<boolean>;
  /** preStop hook; at its turn TERM, and KILL when the grace, which counts from the call, is over. Resolves when it has ended. */
  stop(graceSeconds: number, turn?: Promise<unknown>): Promise<void>;
}

export interface PodContainerOptions {
  readonly spec: ContainerSpec;
  readonly plan: ContainerPlan;
  readonly network: string;
  readonly node: string;
  readonly address: string;
  readonly log: string;
  /** Whether it is started again when it ended so. */
  readonly restarts: (code: number) => boolean;
  /** Called when readiness or the restart count changed, or when it is done. */
  readonly onChange: () => void;
}

/** A container crashed again: 0 s, then 10, 20, 40 … 300 s, as the kubelet waits. */
const BACK_OFF_SECONDS = [0, 10, 20, 40, 80, 160, 300] as const;

/** Starts a container and keeps it running until `stop`, or until it ended as it may. */
export function startPodContainer(options: PodContainerOptions): PodContainer {
  const stopping = new AbortController();
  const state = {
    restarts: 0,
    lastExit: undefined as number | undefined,
    ready: false,
    done: false,
    current: undefined as ContainerRun | undefined,
  };
  const started = deferred<boolean>();
  const launched = deferred<void>();
  const setReady = (ready: boolean) => {
    if (state.ready === ready) return;
    state.ready = ready;
    options.onChange();
  };
  const marks = { markStarted: () => started.resolve(true), markLaunched: () => launched.resolve() };
  const finished = keepRunning(options, { state, setReady, stopping: stopping.signal, ...marks });
  finished.catch(() => undefined);
  stopping.signal.addEventListener("abort", () => started.resolve(false));
  let ending: Promise<void> | undefined;
  const end = async (how: Ending): Promise<void> => {
    stopping.abort();
    if (state.current) await endRun(options, state.current, how);
    await finished;
  };
  return {
    name: options.spec.name,
    get restarts() {
      return state.restarts;
    },
    get lastExit() {
      return state.lastExit;
    },
    get ready() {
      return state.ready;
    },
    get done() {
      return state.done;
    },
    get current() {
      return state.current;
    },
    launched: Promise.race([launched.promise, finished]),
    started: started.promise,
    stop: (graceSeconds, turn = Promise.resolve()) => {
      ending ??= end({ graceSeconds, turn });
      return ending;
    },
  };
}

interface Keeping {
  readonly state: { restarts: number; lastExit: number | undefined; done: boolean; current: ContainerRun | undefined };
  readonly setReady: (ready: boolean) => void;
  readonly stopping: AbortSignal;
  readonly markStarted: () => void;
  readonly markLaunched: () => void;
}

async function keepRunning(options: PodContainerOptions, keeping: Keeping): Promise<void> {
  while (!keeping.stopping.aborted) {
    const run = await runContainer(options.plan, { network: options.network, log: options.log });
    keeping.state.current = run;
    keeping.markLaunched();
    const life = new AbortController();
    const watching = watchHealth(options, run, { ...keeping, life: life.signal });
    const code = await run.ended;
    keeping.state.lastExit = code;
    life.abort();
    keeping.state.current = undefined;
    keeping.setReady(false);
    await watching;
    keeping.state.done = keeping.stopping.aborted || !options.restarts(code);
    if (keeping.state.done) break;
    keeping.state.restarts += 1;
    options.onChange();
    const wait = BACK_OFF_SECONDS[Math.min(keeping.state.restarts - 1, BACK_OFF_SECONDS.length - 1)] ?? 0;
    await pause(wait * 1000, keeping.stopping);
  }
  options.onChange();
  await rm(`${options.plan.scratch}.sh`, { force: true });
}

/** Startup probe first; then readiness and liveness until the run ends. */
async function watchHealth(options: PodContainerOptions, run: ContainerRun, keeping: Keeping & { life: AbortSignal }): Promise<void> {
  const { startupProbe, readinessProbe, livenessProbe } = options.spec;
  const target: ProbeTarget = { node: options.node, address: options.address, container: options.spec, run };
  if (startupProbe && !(await probeUntilSuccess(target, startupProbe, keeping.life))) {
    if (!keeping.life.aborted) await run.signal("SIGKILL").catch(() => undefined);
    return;
  }
  keeping.markStarted();
  if (!readinessProbe) keeping.setReady(!keeping.life.aborted);
  await Promise.all([
    readinessProbe ? followReadiness(target, readinessProbe, keeping) : undefined,
    livenessProbe ? followLiveness(target, livenessProbe, keeping.life) : undefined,
  ]);
}

/** Ready on the first success, not ready after as many failures in a row as the spec allows. */
function followReadiness(target: ProbeTarget, probe: ProbeSpec, keeping: Keeping & { life: AbortSignal }): Promise<void> {
  return followProbe(target, probe, keeping.life, (failures) => {
    if (failures === 0 || failures >= (probe.failureThreshold ?? 3)) keeping.setReady(failures === 0);
  });
}

function followLiveness(target: ProbeTarget, probe: ProbeSpec, life: AbortSignal): Promise<void> {
  return followProbe(target, probe, life, (failures) => {
    if (failures >= (probe.failureThreshold ?? 3)) void target.run.signal("SIGKILL").catch(() => undefined);
  });
}

interface Ending {
  readonly graceSeconds: number;
  readonly turn: Promise<unknown>;
}

/** Seconds that a container has after TERM, though the others of its pod used up the grace. */
const LEAST_GRACE_SECONDS = 2;

/** As a kubelet ends it: the hook runs at once, also that of a sidecar, which then waits until those that need it have gone. */
async function endRun(options: PodContainerOptions, run: ContainerRun, { graceSeconds, turn }: Ending): Promise<void> {
  const { node, address, spec } = options;
  const begun = performance.now();
  const left = (): number => graceSeconds - (performance.now() - begun) / 1000;
  const preStop = spec.lifecycle?.preStop;
  if (preStop && graceSeconds > 0) await probeOnce({ node, address, container: spec, run }, preStop, graceSeconds).catch(() => false);
  await Promise.race([turn, run.ended, pause(Math.max(0, left()) * 1000, new AbortController().signal)]);
  if (graceSeconds > 0) await run.signal("SIGTERM").catch(() => undefined);
  const grace = graceSeconds > 0 ? Math.max(left(), LEAST_GRACE_SECONDS) : 0;
  const cancel = new AbortController();
  const kill = pause(grace * 1000, cancel.signal).then(() => (cancel.signal.aborted ? undefined : run.signal("SIGKILL")));
  await run.ended;
  cancel.abort();
  await kill.catch(() => undefined);
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
