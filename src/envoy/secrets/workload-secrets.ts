/** The workload's certificate and key, as served by the agent. */
export const WORKLOAD_SECRET = "default";
/** The mesh's trust bundle, as served by the agent. */
export const ROOT_SECRET = "ROOTCA";
