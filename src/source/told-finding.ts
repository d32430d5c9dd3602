import { namedPath } from "../api/named-path.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { Place } from "./place.ts";

/** A finding about `root` as it is told: with its place, where there is a file, and with the names of list entries in its path. */
export function toldFinding(finding: Finding, root: unknown, placeOf?: (path: string) => Place): Finding {
  return { ...finding, ...placeOf?.(finding.path), path: namedPath(finding.path, root) };
}
