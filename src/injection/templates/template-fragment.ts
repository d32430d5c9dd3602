import { err, ok, type Result } from "../../base/result.ts";
import { gatewayTemplate } from "../gateway-template.ts";
import { NO_FRAGMENT, type PodFragment } from "../pod-fragment.ts";
import type { ProxySettings } from "../proxy-settings.ts";
import { annotationRefusal, type Refusal } from "../refusal.ts";
import { sidecarTemplate } from "../sidecar-template.ts";
import { combineFragments } from "./combine-fragments.ts";
import { customTemplate } from "./custom-template.ts";
import { TEMPLATE_ANNOTATION } from "./template-names.ts";

const BUILT_IN: ReadonlyMap<string, (settings: ProxySettings) => PodFragment> = new Map([
  ["sidecar", sidecarTemplate],
  ["gateway", gatewayTemplate],
]);

/** What all templates of a pod add to it. */
export function templateFragment(settings: ProxySettings): Result<PodFragment, Refusal> {
  let all: PodFragment = NO_FRAGMENT;
  for (const name of settings.templates) {
    const fragment = oneTemplate(name, settings);
    if (!fragment.ok) return err(annotationRefusal(TEMPLATE_ANNOTATION, fragment.error));
    all = combineFragments(all, fragment.value);
  }
  return ok(all);
}

function oneTemplate(name: string, settings: ProxySettings): Result<PodFragment, string> {
  const { templates } = settings.input.values.sidecarInjectorWebhook;
  if (Object.hasOwn(templates, name)) {
    const custom = customTemplate(templates[name], settings);
    return custom.ok ? custom : err(`template "${name}" (sidecarInjectorWebhook.templates.${name}) ${custom.error}`);
  }
  const known = [...new Set([...BUILT_IN.keys(), ...Object.keys(templates)])].join(" or ");
  const template = BUILT_IN.get(name);
  return template === undefined ? err(`there is no template "${name}"; write ${known}`) : ok(template(settings));
}
