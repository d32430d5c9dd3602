import { Fields } from "../dialect/fields.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { CelRule, TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { PolicySelectorSchema } from "../networking/workload-selector.ts";

const MutualTlsSchema = Fields("How calls must be secured.", {
  mode: StringEnum(
    "STRICT takes mesh TLS only, PERMISSIVE plain text too, DISABLE plain text only, UNSET what the namespace or the mesh says; default UNSET, " +
      "and PERMISSIVE where nothing else is said.",
    ["UNSET", "DISABLE", "PERMISSIVE", "STRICT"],
  ),
});

const PORT_NUMBERS: CelRule = {
  rule: "self.all(port, port.matches('^[0-9]{1,5}$') && int(port) >= 1 && int(port) <= 65535)",
  message: "ports are those of the workload, by number; write 1 to 65535",
};

const PORTS_NEED_A_SELECTOR: CelRule = {
  rule: "!has(self.portLevelMtls) || (has(self.selector) && has(self.selector.matchLabels) && self.selector.matchLabels.size() > 0)",
  message: "portLevelMtls is for chosen workloads; write selector.matchLabels, or take portLevelMtls out",
};

export const PeerAuthenticationSchema = Fields(
  "How workloads of a namespace, or of the mesh, want to be called: by mesh TLS or in plain text.",
  {
    selector: PolicySelectorSchema,
    mtls: MutualTlsSchema,
    portLevelMtls: MapOf("Port of the workload → how calls to it must be secured, in place of `mtls`.", MutualTlsSchema, {
      minProperties: 1,
      rules: [PORT_NUMBERS],
    }),
  },
  { rules: [PORTS_NEED_A_SELECTOR] },
);

export type PeerAuthenticationSpec = TypeOf<typeof PeerAuthenticationSchema>;
