import type { DecisionInput } from "./decide.ts";
import type { InjectionValues } from "./injection-values.ts";

/** What of the chart's values the decision looks at. */
export function decisionSettings(values: InjectionValues): Pick<DecisionInput, "byDefault" | "auto" | "never" | "always"> {
  const webhook = values.sidecarInjectorWebhook;
  return {
    byDefault: webhook.enableNamespacesByDefault,
    auto: values.global.proxy.autoInject === "enabled",
    never: webhook.neverInjectSelector,
    always: webhook.alwaysInjectSelector,
  };
}
