import { readdir } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { STEPS } from "../../src/lab/demo/demo-context.ts";
import { LAB_HOME } from "../../src/lab/lab-record.ts";
import { runCommand } from "../../src/lab/run-command.ts";
import { FAIRLEAD, IMAGES } from "./mesh-lab.ts";

function demo(...args: readonly string[]) {
  return runCommand([...FAIRLEAD, "demo", ...args], { timeoutMs: 110_000 });
}

/** Demos of this test run are the only labs whose folder holds an `exec.json` or that a test could leave: each must be gone. */
async function labsOnMachine(): Promise<readonly string[]> {
  const files = await readdir(LAB_HOME).catch(() => []);
  const namespaces = await readdir("/run/netns").catch(() => []);
  return [...files, ...namespaces.filter((name) => name.startsWith("fl-"))];
}

describe("make demo", () => {
  const before = labsOnMachine();

  afterEach(async () => {
    expect(await labsOnMachine(), "what was left behind").toEqual(await before);
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
    expect(await demo("exec", "client", "--", "sh", "-c", "exit 7")).toMatchObject({ code: 7 });
    expect(await demo("down")).toMatchObject({ code: 0 });
  });

  test("interrupted, it removes what it made", async () => {
    const command = `${FAIRLEAD.join(" ")} demo --images ${IMAGES} & pid=$!; sleep 2.5; kill -INT $pid; wait $pid`;
    const result = await runCommand(["bash", "-mc", command]);
    expect(result.code).toBe(130);
  });

  test("without root it says in one line what it needs", async () => {
    const result = await runCommand(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...FAIRLEAD, "demo"]);
    expect(result.code).toBe(2);
    expect(result.stderr.trim().split("\n")).toEqual(["fairlead demo: needs root, because it makes network namespaces: sudo make demo"]);
  });
});
