import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BROKEN = /[\u0000\n\r]/;

/** A text that Envoy puts into a line of a request or an answer. */
export const checkOneLine: Check<string> = (value, path) => (BROKEN.test(value) ? [finding("lineBroken", path, {})] : []);
