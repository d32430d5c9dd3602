import { readAccessLog } from "../access-log.ts";
import type { RunningPod } from "../pod-runner.ts";
import { breaks, type DemoContext, made } from "./demo-context.ts";
import { GATEWAY_DEPLOYMENT, GATEWAY_SERVICE, gatewayRules, HOST } from "./demo-objects.ts";
import { changeInForce } from "./policy-step.ts";

const LOG_WITHIN_MS = 4000;

/** Runs the gateway, leads the host through it, and shows what the gateway wrote down. */
export async function gatewayStep(context: DemoContext): Promise<void> {
  const lab = made(context.lab);
  await lab.apply(GATEWAY_SERVICE);
  const { pod } = await lab.inject(GATEWAY_DEPLOYMENT);
  const gateway = await lab.run(pod);
  await lab.ready(gateway);
  context.gateway = gateway;
  context.options.write(`   ${gateway.name} at ${gateway.address}`);
  const selector = breaks(context, "gateway") ? "another-gateway" : "istio-egressgateway";
  await changeInForce(context, "Gateway, DestinationRule, VirtualService", gatewayRules(selector), (outcome) =>
    outcome.endsWith(`from ${gateway.address}`),
  );
  const path = `/through-the-gateway-${Date.now()}`;
  const answer = await made(context.client).exec("app", ["curl", "-sS", "--max-time", "3", `http://${HOST}${path}`]);
  const seen = /"remote":"([^"]*)"/.exec(answer.stdout)?.[1];
  if (seen !== gateway.address) throw new Error(`the outside server saw ${seen ?? "nobody"}, not the gateway at ${gateway.address}`);
  context.options.write(`   the outside server was called by ${seen}, the gateway`);
  context.options.write(`   the gateway's access log: ${await logLine(gateway, path)}`);
}

async function logLine(gateway: RunningPod, path: string): Promise<string> {
  const deadline = Date.now() + LOG_WITHIN_MS;
  while (Date.now() < deadline) {
    const line = readAccessLog(await gateway.logs("istio-proxy")).find((candidate) => candidate.request.includes(path));
    if (line) return line.text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the gateway's access log has no line of the request for ${path}`);
}
