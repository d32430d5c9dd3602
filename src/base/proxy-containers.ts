/** Container of the agent and Envoy, the only one of a gateway. */
export const PROXY_CONTAINER = "istio-proxy";
/** Init container that writes the redirection. */
export const REDIRECTION_CONTAINER = "istio-init";
/** Init container that says where core dumps go, for pods that ask for them. */
export const CORE_DUMP_CONTAINER = "enable-core-dump";

/** What injection adds, by name. */
export const ADDED_CONTAINERS: ReadonlySet<unknown> = new Set([REDIRECTION_CONTAINER, PROXY_CONTAINER, CORE_DUMP_CONTAINER]);
