import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** A text that the proxy takes, `what` it is in words of users. */
export const checkByteLength =
  (what: string, most: number): Check<string> =>
  (value, path) => {
    const size = Buffer.byteLength(value);
    return size <= most ? [] : [finding("longForProxy", path, { what, size, most })];
  };
