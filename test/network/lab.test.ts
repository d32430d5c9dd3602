import { access } from "node:fs/promises";
import { expect, test } from "vitest";
import { openLab } from "../../src/lab/lab.ts";
import { labMounts, labNamespaces, listLabs } from "../../src/lab/lab-record.ts";
import type { OutsideEcho } from "../../src/lab/outside-servers.ts";
import { mustRun, runCommand } from "../../src/lab/run-command.ts";
import { FAIRLEAD, IMAGES, inApp, LAB_PROCESS } from "./mesh-lab.ts";

const POD = {
  metadata: { name: "caller", namespace: "app" },
  spec: {
    volumes: [{ name: "memory", emptyDir: { medium: "Memory" } }],
    containers: [{ name: "app", image: "localhost/fairlead/tools:dev", command: ["sleep", "1000000"] }],
  },
};

function open(server: string) {
  const servers = [{ name: server, kind: "http" as const, address: "203.0.113.10", port: 80 }];
  return openLab({ images: IMAGES, fairlead: FAIRLEAD, labProcess: LAB_PROCESS, servers, names: { "web.test": ["203.0.113.10"] } });
}

test("two labs with the same addresses stand side by side, know nothing of each other, and leave nothing", async () => {
  const links = await mustRun(["ip", "-o", "link"]);
  const labs = await Promise.all([open("first"), open("second")]);
  try {
    const pods = await Promise.all(labs.map((lab) => lab.run(POD)));
    for (const [index, server] of ["first", "second"].entries()) {
      const [lab, pod] = [labs[index], pods[index]];
      if (!lab || !pod) throw new Error("both labs run a pod");
      await lab.ready(pod);
      const seen = JSON.parse((await inApp(pod, "curl -sS --max-time 5 http://web.test/")).stdout) as OutsideEcho;
      expect(seen).toMatchObject({ server, remote: pod.address });
    }
    // The machine's own links are as before: nothing leads from a lab to it.
    expect(await mustRun(["ip", "-o", "link"])).toBe(links);
    const away = await inApp(pods[0] as (typeof pods)[number], "curl -sS --max-time 2 http://192.0.2.77/");
    expect(away.code).not.toBe(0);
  } finally {
    await Promise.all(labs.map((lab) => lab.close()));
  }
  for (const { id, folder } of labs) {
    expect(await labNamespaces(id)).toEqual([]);
    expect(await labMounts(id)).toEqual([]);
    await expect(access(folder)).rejects.toThrow(/ENOENT/);
    expect((await listLabs()).map((record) => record.id)).not.toContain(id);
  }
});

test("an outside server that cannot start fails the lab in words, and nothing stays", async () => {
  const servers = ["one", "two"].map((name) => ({ name, kind: "tcp" as const, address: "203.0.113.10", port: 7000 }));
  const opening = openLab({ id: "clash", images: IMAGES, fairlead: FAIRLEAD, labProcess: LAB_PROCESS, servers });
  await expect(opening).rejects.toThrow(/address already in use 203\.0\.113\.10:7000/);
  expect(await labNamespaces("clash")).toEqual([]);
  expect((await runCommand(["ls", "/run/fairlead-lab/clash"])).code).not.toBe(0);
});
