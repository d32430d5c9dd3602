import { expect, test } from "vitest";
import { buildProgram, type Handlers, runProgram } from "../../../src/cli/program.ts";
import { catchWritten } from "./written.ts";

interface Called {
  readonly command: string;
  readonly args: readonly unknown[];
}

const written = catchWritten();

const COMMANDS = ["controller", "standalone", "agent", "iptables", "validate", "analyze", "inject", "proxyConfig", "version"] as const;

/** Each command succeeds and remembers what it was given; the status is the one that the process would end with. */
async function run(...argv: readonly string[]): Promise<{ status: number; called: readonly Called[] }> {
  const called: Called[] = [];
  const handler =
    (command: string) =>
    async (...args: readonly unknown[]) => {
      called.push({ command, args });
      return 0;
    };
  const handlers = Object.fromEntries(COMMANDS.map((command) => [command, handler(command)])) as unknown as Handlers;
  let status = -1;
  const exit = (code: number) => {
    status = code;
  };
  await runProgram(buildProgram(handlers, "1.2.3", exit), argv, exit);
  return { status, called };
}

test.each([
  ["no command", [], "Commands:"],
  ["an unknown command", ["bogus"], "unknown command 'bogus'"],
  ["an unknown flag", ["--nope"], "unknown option '--nope'"],
  ["an unknown flag of a command", ["validate", "-f", "a.yaml", "--nope"], "unknown option '--nope'"],
  ["an unknown format", ["validate", "-f", "a.yaml", "-o", "xml"], "text, json, yaml"],
  ["no port", ["controller", "--xds-port", "many"], "between 0 and 65535"],
  ["no level", ["controller", "--log-level", "loud"], "trace, debug, info"],
  ["no version of Kubernetes", ["inject", "-f", "a.yaml", "--kube-version", "banana"], "as 1.34"],
  ["nothing to validate", ["validate"], "write -f FILE"],
  ["nothing to inject", ["inject"], "write -f FILE"],
  ["nothing to analyze", ["analyze"], "fairlead analyze cluster"],
  ["an unknown world", ["analyze", "moon"], "cluster"],
])("%s ends with 2, and says what to write", async (_, argv, words) => {
  expect(await run(...argv)).toEqual({ status: 2, called: [] });
  expect(written.err).toContain(words);
  expect(written.out).toBe("");
});

test.each([
  ["--help", ["--help"], "Commands:"],
  ["-V", ["-V"], "fairlead 1.2.3"],
  ["--version", ["--version"], "fairlead 1.2.3"],
  ["iptables --help", ["iptables", "--help"], "--istio-service-exclude-cidr"],
  ["agent -h", ["agent", "-h"], "proxy sidecar|router"],
  ["pc cluster --help", ["pc", "cluster", "--help"], "--fqdn"],
])("%s prints and ends with 0", async (_, argv, words) => {
  expect(await run(...argv)).toEqual({ status: 0, called: [] });
  expect(written.out).toContain(words);
});

test.each(["validate", "analyze"])("%s --help begins with what is named by -f, and says what a code means", async (command) => {
  await run(command, "--help");
  expect(written.out.indexOf("-f, --filename")).toBeGreaterThan(0);
  expect(written.out.indexOf("-f, --filename")).toBeLessThan(written.out.indexOf("--kubeconfig"));
  expect(written.out).toContain("docs/messages.md");
});

test("the controller gives addresses unless it is told not to", async () => {
  for (const [more, autoAllocateAddresses] of [
    [[], true],
    [["--no-auto-allocate-addresses"], false],
  ] as const) {
    expect((await run("controller", ...more)).called).toMatchObject([{ command: "controller", args: [{ autoAllocateAddresses }] }]);
  }
});

test("versions of Kubernetes as clusters tell them are taken", async () => {
  for (const version of ["1.34", "v1.34.4-gke.1", "1.29+", "1.30.2"]) {
    const { called } = await run("inject", "-f", "a.yaml", "--kube-version", version);
    expect(called).toMatchObject([{ command: "inject", args: [{ kubeVersion: version, filename: ["a.yaml"] }] }]);
  }
});

test("analyze takes files, the cluster, or both", async () => {
  const given = async (...argv: readonly string[]) => (await run("analyze", ...argv)).called[0]?.args[0];
  expect(await given("-f", "a.yaml", "-f", "-")).toMatchObject({ filename: ["a.yaml", "-"], cluster: false });
  expect(await given("cluster")).toMatchObject({ filename: [], cluster: true, istioNamespace: "istio-system" });
  expect(await given("cluster", "-f", "a.yaml", "-i", "mesh")).toMatchObject({
    filename: ["a.yaml"],
    cluster: true,
    istioNamespace: "mesh",
  });
});

test("what follows iptables and agent reaches them as it was written", async () => {
  const flags = ["-p", "15001", "-i", "*", "-x", "", "--dry-run"];
  expect((await run("iptables", ...flags)).called).toEqual([{ command: "iptables", args: [flags] }]);
  const proxy = ["proxy", "sidecar", "--domain", "a.svc", "--help"];
  expect((await run("agent", ...proxy)).called).toEqual([{ command: "agent", args: [proxy] }]);
});
