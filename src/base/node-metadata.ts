/** In a node's metadata: `"true"` where the agent itself answers the DNS queries of its pod, from names that the controller tells it. */
export const ANSWERS_DNS = "FAIRLEAD_ANSWERS_DNS";
