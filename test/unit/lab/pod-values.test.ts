import { expect, test } from "vitest";
import { applyJsonPatch } from "../../../src/lab/apply-json-patch.ts";
import { containerCommand } from "../../../src/lab/container-environment.ts";
import { containerUser, setprivArguments } from "../../../src/lab/container-user.ts";
import { expandVariables } from "../../../src/lab/expand-variables.ts";
import { quantity, resourceField } from "../../../src/lab/pod-fields.ts";

const IMAGE = { layers: [], entrypoint: ["/entry"], cmd: ["default"], env: [], user: "1337", workingDir: "/" };

test("variables expand as Kubernetes expands them", () => {
  const known = { NAME: "client" };
  expect(expandVariables("$(NAME).$(OTHER) $$(NAME) $NAME", known)).toBe("client.$(OTHER) $(NAME) $NAME");
  expect(expandVariables("$(toString)", known)).toBe("$(toString)");
});

test("command and args replace entrypoint and cmd, each in its place", () => {
  const run = (spec: { command?: readonly string[]; args?: readonly string[] }) =>
    containerCommand({ name: "c", image: "i", ...spec }, IMAGE, { A: "x" });
  expect(run({})).toEqual(["/entry", "default"]);
  expect(run({ args: ["$(A)"] })).toEqual(["/entry", "x"]);
  expect(run({ command: ["sh"] })).toEqual(["sh"]);
  expect(run({ command: ["sh"], args: ["-c"] })).toEqual(["sh", "-c"]);
});

test("the container's user stands over the pod's, the pod's over the image's", () => {
  const container = { name: "c", image: "i" };
  expect(containerUser({ containers: [] }, container, IMAGE).uid).toBe(1337);
  expect(containerUser({ containers: [], securityContext: { runAsUser: 5 } }, container, IMAGE).uid).toBe(5);
  const own = { ...container, securityContext: { runAsUser: 0 } };
  expect(containerUser({ containers: [], securityContext: { runAsUser: 5, fsGroup: 9 } }, own, IMAGE)).toMatchObject({
    uid: 0,
    groups: [9],
  });
  expect(() => containerUser({ containers: [] }, container, { ...IMAGE, user: "nobody" })).toThrow(/by number/);
});

test("dropped capabilities are gone, added ones stand beside the drop of all", () => {
  const securityContext = { capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "CAP_NET_RAW"] }, allowPrivilegeEscalation: false };
  const user = containerUser({ containers: [] }, { name: "c", image: "i", securityContext }, IMAGE);
  expect(setprivArguments(user)).toContain("--bounding-set=-all,+net_admin,+net_raw");
  expect(setprivArguments(user)).toContain("--no-new-privs");
});

test("quantities and resource fields", () => {
  expect([quantity("1500m"), quantity("2"), quantity("1Gi"), quantity("5M")]).toEqual([1.5, 2, 1024 ** 3, 5e6]);
  expect(() => quantity("lots")).toThrow(/not a quantity/);
  expect(resourceField({ limits: { cpu: "1500m" } }, "limits.cpu", "1")).toBe("2");
  expect(resourceField({ limits: { memory: "1Gi" } }, "limits.memory", "1Mi")).toBe("1024");
});

test("a JSON Patch changes a copy, and refuses a place that is not there", () => {
  const pod = { metadata: { labels: { a: "1" } }, list: [1, 2] };
  const patched = applyJsonPatch(pod, [
    { op: "add", path: "/metadata/labels/x~1y", value: "2" },
    { op: "add", path: "/list/0", value: 0 },
    { op: "remove", path: "/list/2" },
    { op: "replace", path: "/metadata/labels/a", value: "3" },
  ]);
  expect(patched).toEqual({ metadata: { labels: { a: "3", "x/y": "2" } }, list: [0, 1] });
  expect(pod.list).toEqual([1, 2]);
  expect(() => applyJsonPatch(pod, [{ op: "replace", path: "/metadata/labels/none", value: 1 }])).toThrow(/nothing at/);
  expect(() => applyJsonPatch(pod, [{ op: "add", path: "/missing/x", value: 1 }])).toThrow(/nothing at missing/);
});
