import { isNamespaceName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** The name of a namespace. */
export const checkNamespace: Check<string> = (value, path) => (isNamespaceName(value) ? [] : [finding("badNamespace", path, { value })]);
