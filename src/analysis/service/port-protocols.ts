import { fieldPath } from "../../api/field-path.ts";
import { servicePortProtocol } from "../../model/protocol.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";

const isSystem = (namespace: string): boolean => namespace.startsWith("kube-") || namespace === "istio-system";

/** What a Service's port carries is said by its name or appProtocol. An ExternalName has no address that would tell plain TCP apart. */
export const servicePortProtocols: AnalysisRule<"Service"> = {
  id: "service/port-protocols",
  kinds: ["Service"],
  level: "warning",
  needs: [],
  check: ({ spec: { type, ports = [] }, metadata: { namespace } }) => {
    if (isSystem(namespace)) return [];
    return untilMany(ports.entries(), "spec.ports", ([index, port]) => {
      const protocol = servicePortProtocol(port);
      const path = `${fieldPath("spec.ports", index)}.name`;
      if (type === "ExternalName" && (protocol === "auto" || protocol === "TCP"))
        return [finding("externalNamePort", path, { port: port.port })];
      return protocol === "auto" ? [finding("portProtocolUnsaid", path, { port: port.port })] : [];
    });
  },
};
