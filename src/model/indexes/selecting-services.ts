import type { Index } from "../fact.ts";
import type { MeshService } from "../mesh-service.ts";
import { servicesOf } from "./exported-services.ts";
import { selectorKey } from "./selected-by-label.ts";

/** Services that choose workloads by label, by namespace and the selector's first pair; an empty selector chooses none. */
export const selectingServices: Index<MeshService> = {
  name: "services-selecting",
  kinds: ["ServiceEntry", "Service"],
  *entries(object) {
    for (const service of servicesOf(object)) {
      if (service.selector !== undefined && Object.keys(service.selector).length > 0) {
        yield [selectorKey(service.namespace, service.selector), service];
      }
    }
  },
};
