import { parseRange } from "../../base/address.ts";
import { readFlag } from "../../base/flag.ts";
import { isNamespaceName } from "../../base/hostname.ts";
import { parseScrapeTargets } from "../../base/scrape-targets.ts";
import { checkProxyConfig } from "../check/proxy-config.ts";

/** What values a label or annotation takes, and how that is told. */
export interface ValueForm {
  readonly accepts: (value: string) => boolean;
  /** Follows «write». */
  readonly words: string;
}

const entries = (value: string): readonly string[] => (value === "" ? [] : value.split(",").map((entry) => entry.trim()));
const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
const orStar =
  (accepts: ValueForm["accepts"]): ValueForm["accepts"] =>
  (value) =>
    value === "*" || accepts(value);

const listOf =
  (accepts: (entry: string) => boolean): ValueForm["accepts"] =>
  (value) =>
    entries(value).every(accepts);

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Of a few words. */
export function oneOf(...words: readonly string[]): ValueForm {
  return { accepts: (value) => words.includes(value), words: `one of ${words.join(", ")}` };
}

const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const PORTS = "port numbers separated by commas, such as 8080,9090";
const RANGES = "address ranges separated by commas, such as 10.0.0.0/8,192.168.1.0/24";
const SWITCH = new Set(["true", "yes", "y", "on", "false", "no", "n", "off"]);

export const TEXT: ValueForm = { accepts: () => true, words: "text" };
/** Whether to inject: anything that is no yes is read as no. */
export const INJECT: ValueForm = { accepts: (value) => value === "" || SWITCH.has(value.toLowerCase()), words: '"true" or "false"' };
export const FLAG: ValueForm = {
  accepts: (value) => readFlag(value) !== undefined,
  words: '"true" or "false"',
};
/** Whether something is done: anything but "false", in whatever letters, is read as yes. */
export const UNLESS_FALSE: ValueForm = { accepts: (value) => /^(true|false)$/i.test(value), words: '"true" or "false"' };
export const PORT: ValueForm = { accepts: isPort, words: "a port number, such as 15020" };
export const SCRAPE_TARGETS: ValueForm = {
  accepts: (value) => parseScrapeTargets(value).ok,
  words: "up to 32 ports with paths separated by commas, such as 8080:/metrics,9100:/metrics",
};
export const SOME_PORTS: ValueForm = { accepts: listOf(isPort), words: PORTS };
export const SOME_OR_ALL_PORTS: ValueForm = { accepts: orStar(listOf(isPort)), words: `${PORTS}, or * for all` };
export const SOME_RANGES: ValueForm = { accepts: listOf((entry) => parseRange(entry) !== undefined), words: RANGES };
export const SOME_OR_ALL_RANGES: ValueForm = { accepts: orStar(SOME_RANGES.accepts), words: `${RANGES}, or * for all` };
export const INTERFACES: ValueForm = {
  accepts: listOf((entry) => /^[\w.:@-]{1,15}$/.test(entry)),
  words: "names of network interfaces separated by commas, such as eth1,docker0",
};
export const REGEXES: ValueForm = {
  accepts: (value) => checkProxyConfig({ proxyStatsMatcher: { inclusionRegexps: entries(value) } }, "").length === 0,
  words: "regular expressions in RE2's syntax separated by commas, such as cluster.*",
};
export const NUMBER: ValueForm = { accepts: (value) => /^\d{1,9}$/.test(value), words: "a whole number, such as 30" };
export const AMOUNT: ValueForm = { accepts: (value) => QUANTITY.test(value), words: "a quantity, such as 100m or 128Mi" };
export const JSON_TEXT: ValueForm = { accepts: isJson, words: "JSON" };
export const NAMESPACES: ValueForm = {
  accepts: listOf((entry) => entry === "*" || entry === "." || entry === "~" || isNamespaceName(entry)),
  words: "namespaces separated by commas, . for its own, * for all",
};
/** Those of Istio's own analyzer may stand beside ours, but alone they would do nothing. */
export const CODES: ValueForm = {
  accepts: (value) =>
    listOf((entry) => /^(\*|(FL|IST)\d{4})$/.test(entry))(value) && entries(value).some((entry) => !entry.startsWith("IST")),
  words: "codes that fairlead analyze prints, separated by commas, such as FL1025, or * for all",
};
export const LOG_LEVEL: ValueForm = oneOf("trace", "debug", "info", "warning", "warn", "error", "critical", "off");
