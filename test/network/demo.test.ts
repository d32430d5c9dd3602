import { readdir } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { STEPS } from "../../src/lab/demo/demo-context.ts";
import { listLabs, ownerAlive, reapLabs } from "../../src/lab/lab-record.ts";
import { runCommand } from "../../src/lab/run-command.ts";
import { eventually, FAIRLEAD, IMAGES } from "./mesh-lab.ts";

function demo(...args: readonly string[]) {
  return runCommand([...FAIRLEAD, "demo", ...args], { timeoutMs: 110_000 });
}

/** Labs whose owner is gone, and namespaces that belong to no lab: what a demo that has ended left behind. */
async function leftovers(): Promise<readonly string[]> {
  const labs = await listLabs();
  const alive = await Promise.all(labs.map(ownerAlive));
  const living = labs.filter((_, index) => alive[index]).map(({ id }) => id);
  const dead = labs.filter((_, index) => !alive[index]).map(({ id }) => id);
  const namespaces = (await readdir("/run/netns").catch(() => [])).filter((name) => name.startsWith("fl-"));
  return [...dead, ...namespaces.filter((name) => !living.includes(name.split("-")[1] ?? ""))];
}

describe("make demo", () => {
  afterEach(async () => {
    expect(await leftovers(), "what was left behind").toEqual([]);
  });

  test("does all seven steps and says so", async () => {
    const result = await demo("--images", IMAGES);
    expect(result.stdout).toContain(`all ${STEPS.length} steps did what they say`);
    for (const [index, step] of STEPS.entries()) expect(result.stdout).toContain(`${index + 1}/${STEPS.length} ${step}: `);
    expect(result.stdout).toMatch(/GET http:\/\/api\.example\.com\/ +200 +PassthroughCluster/);
    expect(result.stdout).toMatch(/GET http:\/\/api\.example\.com\/ +200 +outbound\|80\|\|api\.example\.com/);
    expect(result.stdout).toMatch(/the gateway's access log: \[.*GET \/through-the-gateway/);
    expect(result.stdout).toContain("spec.workloadSelector: both endpoints and workloadSelector are set");
    expect(result.code).toBe(0);
  });

  test.each(STEPS.map((step, index) => [step, index + 1] as const))(
    "broken at step %s, it fails and names the step",
    async (step, number) => {
      const result = await demo("--images", IMAGES, "--break", step);
      expect(result.stdout).toContain(`FAILED at step ${number}/${STEPS.length} ${step}: `);
      expect(result.stdout).not.toContain("did what they say");
      expect(result.code).toBe(1);
    },
  );

  test("left running, its pods can be entered until it is ended", async () => {
    const kept = await demo("--images", IMAGES, "--keep");
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.stdout).toContain("fairlead demo exec client -- curl");
    const call = await demo("exec", "client", "--", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://api.example.com/");
    expect(call).toMatchObject({ code: 0, stdout: "200" });
    const clusters = await demo("exec", "gateway", "--", "pilot-agent", "request", "--debug-port=15000", "GET", "clusters");
    expect(clusters.stdout).toContain("outbound|80||api.example.com::");
    expect(await demo("exec", "client", "--", "sh", "-c", "exit 7")).toMatchObject({ code: 7 });
    expect(await demo("down")).toMatchObject({ code: 0 });
  });

  test("interrupted, it removes what it made", async () => {
    const command = `${FAIRLEAD.join(" ")} demo --images ${IMAGES} & pid=$!; sleep 2.5; kill -INT $pid; wait $pid`;
    const result = await runCommand(["bash", "-mc", command]);
    expect(result.code).toBe(130);
  });

  test("killed, its processes end with it, and the next start removes the rest", async () => {
    const command = `${FAIRLEAD.join(" ")} demo --images ${IMAGES} & pid=$!; sleep 2.5; kill -KILL $pid; wait $pid`;
    const result = await runCommand(["bash", "-mc", command]);
    expect(result.code).toBe(137);
    const [left = ""] = (await leftovers()).filter((name) => name.startsWith("fl-"));
    const id = left.split("-")[1] ?? "";
    await eventually(async () => expect((await runCommand(["ip", "netns", "pids", `fl-${id}-outside`])).stdout).toBe(""));
    expect(await reapLabs()).toContain(id);
  });

  test("without root it says in one line what it needs", async () => {
    const result = await runCommand(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...FAIRLEAD, "demo"]);
    expect(result.code).toBe(2);
    expect(result.stderr.trim().split("\n")).toEqual(["fairlead demo: needs root, because it makes network namespaces: sudo make demo"]);
  });
});
