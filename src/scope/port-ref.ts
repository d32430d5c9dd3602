import type { Query } from "../model/evaluation.ts";
import { servicesNamed } from "../model/indexes/exported-services.ts";
import type { DeclaredPort } from "./visible-services.ts";

/** Names one port of one host as one object declares it, whoever looks. The text is the argument of queries. */
export function portRef({ service, port }: DeclaredPort): string {
  return `${service.declaredBy}/${service.namespace}/${service.name}/${service.host}/${port.number}`;
}

/** The port behind a `portRef`; undefined once it is gone. */
export const declaredPort: Query<DeclaredPort | undefined> = {
  name: "declared-port",
  compute(reader, ref) {
    const [declaredBy, namespace, name, host = "", number] = ref.split("/");
    const service = reader
      .ask(servicesNamed, host)
      .find((s) => s.declaredBy === declaredBy && s.namespace === namespace && s.name === name);
    const port = service?.ports.find((p) => p.number === Number(number));
    return service === undefined || port === undefined ? undefined : { service, port };
  },
};
