import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { callHttp } from "./http-call.ts";
import type { Output } from "./iptables-command.ts";

const USAGE = 'write "request [--debug-port=15020] METHOD PATH", as "request POST drain"';

/** `pilot-agent request METHOD PATH`: asks Envoy's administration, or with `--debug-port` the agent. Returns the exit status. */
export async function runRequest(argv: readonly string[], out: Output): Promise<number> {
  const port = debugPort(argv);
  const [method, path, more] = argv.filter((word, at) => !word.startsWith("--") && argv[at - 1] !== "--debug-port");
  if (method === undefined || path === undefined || more !== undefined || !Number.isInteger(port)) {
    out.error(`request: ${USAGE}`);
    return 1;
  }
  try {
    const target = path.startsWith("/") ? path : `/${path}`;
    const answer = await callHttp({ method: method.toUpperCase(), host: "localhost", port, path: target, timeoutMs: 60_000 });
    out.print(answer.body.toString());
    if (answer.status < 300) return 0;
    out.error(`request: ${method} ${target} on port ${port} answered ${answer.status}`);
  } catch (error) {
    out.error(`request: no answer on port ${port}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return 1;
}

function debugPort(argv: readonly string[]): number {
  const at = argv.findIndex((word) => word === "--debug-port" || word.startsWith("--debug-port="));
  const word = argv[at];
  if (word === undefined) return PROXY_PORTS.admin;
  return Number(word.includes("=") ? word.slice(word.indexOf("=") + 1) : argv[at + 1]);
}
