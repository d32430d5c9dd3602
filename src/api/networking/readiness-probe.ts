import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned, Whole } from "../dialect/whole.ts";

const probeHeader = Fields("One header of the probe.", { name: Text("Header name."), value: Text("Header value.") });

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
        port: Unsigned("Port to ask on."),
        host: Text("Host to connect to; default localhost."),
        scheme: Text("HTTP or HTTPS; default HTTP."),
        httpHeaders: ListOf("Headers to send.", probeHeader),
      },
      { required: ["port"] },
    ),
    tcpSocket: Fields(
      "Ready when a TCP connection is accepted.",
      { host: Text("Host to connect to; default localhost."), port: Unsigned("Port to connect to.") },
      { required: ["port"] },
    ),
    exec: Fields("Ready when a command ends with status 0.", {
      command: ListOf("The command and its arguments, run without a shell.", Text("Word.")),
    }),
    grpc: Fields("Ready when the gRPC health service says so.", {
      port: Unsigned("Port to ask on."),
      service: Text("Service name to ask about; default the empty one."),
    }),
  },
  {
    rules: [
      {
        rule: "(has(self.httpGet) ? 1 : 0) + (has(self.tcpSocket) ? 1 : 0) + (has(self.exec) ? 1 : 0) + (has(self.grpc) ? 1 : 0) <= 1",
        message: "only one of httpGet, tcpSocket, exec and grpc may be set",
      },
    ],
  },
);

export type ReadinessProbe = TypeOf<typeof ReadinessProbeSchema>;
