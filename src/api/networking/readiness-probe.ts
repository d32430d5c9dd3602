import { atMostOne, REAL_PORT } from "../dialect/cel.ts";
import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { CelRule, TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned, Whole } from "../dialect/whole.ts";

const SCHEME: CelRule = { rule: 'self in ["", "HTTP", "HTTPS"]', message: "is not a scheme; write HTTP or HTTPS" };

const probeHeader = Fields("One header of the probe.", {
  name: Text("Header name.", { pattern: "^[-_A-Za-z0-9]+$" }),
  value: Text("Header value."),
});

export const ReadinessProbeSchema = Fields(
  "How the agent on the machine finds out whether the application is ready.",
  {
    initialDelaySeconds: Whole("Seconds to wait before the first probe; default 0.", { minimum: 0 }),
    timeoutSeconds: Whole("Seconds after which a probe has failed; default 1.", { minimum: 0 }),
    periodSeconds: Whole("Seconds between probes; default 10.", { minimum: 0 }),
    successThreshold: Whole("Successes in a row that make it ready; default 1.", { minimum: 0 }),
    failureThreshold: Whole("Failures in a row that make it not ready; default 3.", { minimum: 0 }),
    httpGet: Fields(
      "Ready when an HTTP GET is answered with 200 to 399.",
      {
        path: Text("Path to ask for; default /."),
        port: Unsigned("Port to ask on, 1 to 65535.", [REAL_PORT]),
        host: Text("Host to connect to; default localhost."),
        scheme: Text("HTTP or HTTPS; default HTTP.", { rules: [SCHEME] }),
        httpHeaders: ListOf("Headers to send.", probeHeader),
      },
      { required: ["port"] },
    ),
    tcpSocket: Fields(
      "Ready when a TCP connection is accepted.",
      { host: Text("Host to connect to; default localhost."), port: Unsigned("Port to connect to, 1 to 65535.", [REAL_PORT]) },
      { required: ["port"] },
    ),
    exec: Fields(
      "Ready when a command ends with status 0.",
      { command: ListOf("The command and its arguments, run without a shell.", Text("Word.", { minLength: 1 })) },
      { required: ["command"] },
    ),
    grpc: Fields("Ready when the gRPC health service says so.", {
      port: Unsigned("Port to ask on, 1 to 65535.", [REAL_PORT]),
      service: Text("Service name to ask about; default the empty one."),
    }),
  },
  {
    rules: [atMostOne("httpGet", "tcpSocket", "exec", "grpc")],
  },
);

export type ReadinessProbe = TypeOf<typeof ReadinessProbeSchema>;
