// The status controllers still import it from here.
export { type Backoff, createBackoff } from "../../base/backoff.ts";
