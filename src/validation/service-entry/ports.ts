import type { ServicePort } from "../../api/networking/service-entry.ts";
import { LISTENER_PORTS } from "../../base/proxy-ports.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkPortName, checkPortNumber, checkProtocol } from "../check/port.ts";
import { checkUnique } from "../check/unique.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkTaken: Check<number> = (number, path) => (LISTENER_PORTS.includes(number) ? [finding("proxyPort", path, { port: number })] : []);

const checkPort: Check<ServicePort> = (port, path) => [
  ...checkPortNumber(port.number, `${path}.number`),
  ...checkTaken(port.number, `${path}.number`),
  ...checkPortName(port.name, `${path}.name`),
  ...present(port.protocol, `${path}.protocol`, checkProtocol),
  ...present(port.targetPort, `${path}.targetPort`, checkPortNumber),
];

/** Ports have a number, a name and a known protocol; numbers and names are different. */
export const serviceEntryPorts: Rule<"ServiceEntry"> = {
  id: "service-entry/ports",
  kinds: ["ServiceEntry"],
  check: ({ spec }) => [
    ...each(spec.ports, "spec.ports", checkPort),
    ...checkUnique(spec.ports, "spec.ports", { what: "port number", field: "number", of: (port) => port.number }),
    ...checkUnique(spec.ports, "spec.ports", { what: "port name", field: "name", of: (port) => port.name }),
  ],
};
