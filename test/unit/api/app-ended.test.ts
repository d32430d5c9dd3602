import { expect, test } from "vitest";
import { decode } from "../../../src/api/decode.ts";

interface Status {
  readonly name: string;
  readonly state: object;
}

const ended = (name: string, exitCode = 0): Status => ({ name, state: { terminated: { exitCode } } });
const running = (name: string): Status => ({ name, state: { running: {} } });
const waiting = (name: string): Status => ({ name, state: { waiting: { reason: "CrashLoopBackOff" } } });

function appEnded(restartPolicy: string | undefined, names: readonly string[], containerStatuses: unknown): boolean {
  const spec = { containers: names.map((name) => ({ name })), ...(restartPolicy !== undefined && { restartPolicy }) };
  const read = decode({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" }, spec, status: { containerStatuses } });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return (read.value.spec as { readonly appEnded?: boolean }).appEnded === true;
}

const BOTH = ["app", "istio-proxy"];

test.each<[string, boolean, string | undefined, readonly string[], unknown]>([
  ["its only container ended", true, "Never", BOTH, [ended("app"), running("istio-proxy")]],
  ["it failed, and is not started again", true, "Never", BOTH, [ended("app", 3), running("istio-proxy")]],
  ["it failed, and is started again", false, "OnFailure", BOTH, [ended("app", 3), running("istio-proxy")]],
  ["it waits to be started again", false, "OnFailure", BOTH, [waiting("app"), running("istio-proxy")]],
  ["it ended well, and is not started again", true, "OnFailure", BOTH, [ended("app"), running("istio-proxy")]],
  ["one of two still runs", false, "Never", ["app", "other", "istio-proxy"], [ended("app"), running("other"), running("istio-proxy")]],
  ["one of two has no status yet", false, "Never", ["app", "other", "istio-proxy"], [ended("app")]],
  ["it is always started again", false, "Always", BOTH, [ended("app"), running("istio-proxy")]],
  ["it is always started again, as nothing else is said", false, undefined, BOTH, [ended("app")]],
  ["there is no app", false, "Never", ["istio-proxy"], [running("istio-proxy")]],
  ["nothing has run yet", false, "Never", BOTH, undefined],
  ["the status is no list", false, "Never", BOTH, { app: ended("app") }],
])("%s: %s", (_, expected, policy, names, statuses) => {
  expect(appEnded(policy, names, statuses)).toBe(expected);
});
