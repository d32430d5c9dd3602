import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";

export interface Place {
  /** `region`, `region/zone` or `region/zone/subzone`, or `*` in place of what is left. */
  readonly value: string;
  readonly at: string;
}

/** Region, zone and subzone; whatever slashes follow are the subzone's own. */
function partsOf(value: string): readonly string[] {
  const [region = "", zone, ...subzone] = value.split("/");
  return [region, ...(zone === undefined ? [] : [zone]), ...(subzone.length === 0 ? [] : [subzone.join("/")])];
}

function isPlace(value: string): boolean {
  const stars = value.split("*").length - 1;
  return !partsOf(value).includes("") && (stars === 0 || (stars === 1 && value.endsWith("*")));
}

/** Everything that a place is part of, itself the first: `a/b/*` and `a/b` are one. */
function enclosing(value: string): readonly string[] {
  const parts = partsOf(value.replace(/\/?\*$/, ""));
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/")).concat(parts[0] === "" ? [] : "");
}

/** Places that can be, each once and none inside another; the later of two that overlap is found. */
export function checkPlaces(places: readonly Place[]): readonly Finding[] {
  const taken = new Map<string, string>();
  const within = new Map<string, string>();
  return places.flatMap(({ value, at }) => {
    if (!isPlace(value)) return [finding("badLocality", at, { value })];
    const around = enclosing(value);
    const [own = ""] = around;
    const by = around.map((place) => taken.get(place)).find((other) => other !== undefined) ?? within.get(own);
    taken.set(own, value);
    for (const place of around) within.set(place, value);
    return by === undefined ? [] : [finding("localityTwice", at, { value, by })];
  });
}
