/** Key of the node's metadata, `"true"` where the agent answers DNS queries by the names it is told. Agents that do not know it pass all on. */
export const ANSWERS_DNS = "FAIRLEAD_ANSWERS_DNS";
