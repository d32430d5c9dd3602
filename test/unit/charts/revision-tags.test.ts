// What the chart renders for a revision or a tag is what `fairlead tag` makes, and no pod is taken twice.
import { describe, expect, test } from "vitest";
import { fitsSelector } from "../../../src/base/label-selector.ts";
import { type StoredConfiguration, tagObjectNames, tagObjects } from "../../../src/injection/revision/tag-objects.ts";
import { webhookSelectors } from "../../../src/injection/revision/webhook-selectors.ts";
import { helm, type Manifest, ofKind, only, render } from "./render.ts";

const NAMESPACE = "istio-system";
const KINDS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;
const BY_DEFAULT = "sidecarInjectorWebhook.enableNamespacesByDefault=true";

const ofTag = (manifests: readonly Manifest[], kind: string, tag: string | undefined): Manifest =>
  ofKind(manifests, kind).find((manifest) => manifest.metadata.labels["istio.io/tag"] === tag);

describe.skipIf(helm() === undefined)("rendered by helm", () => {
  test.each([
    ["", "default", false],
    ["", "default", true],
    ["blue", "blue", false],
    ["1", "1", false],
  ])("revision %j is asked by the selectors of %s, by default %s", (revision, name, byDefault) => {
    const manifests = render("fairlead", "x", ["--set-string", `revision=${revision}`, ...(byDefault ? ["--set", BY_DEFAULT] : [])]);
    const expected = webhookSelectors({ name, namespace: NAMESPACE, byDefault });
    for (const kind of KINDS) {
      const ending = kind === KINDS[0] ? ".injector.fairlead.io" : ".verifier.fairlead.io";
      const webhooks = only(manifests, kind).webhooks.filter((webhook: Manifest) => webhook.name.endsWith(ending));
      const seen = webhooks.map(({ name: full, namespaceSelector, objectSelector }: Manifest) => ({
        ...{ name: full.slice(0, -ending.length), namespaceSelector, objectSelector },
      }));
      expect(seen).toEqual(expected);
    }
  });

  test.each(["prod", "default"])("tag %s in the chart is what fairlead tag makes", (tag) => {
    const manifests = render("fairlead", "x", ["--set", `revision=blue,revisionTags={${tag}}`]);
    const [mutating, validating] = KINDS.map((kind) => ofTag(manifests, kind, undefined) as StoredConfiguration);
    const objects = tagObjects(
      { name: tag, namespace: NAMESPACE, byDefault: false },
      { revision: "blue", mutating: mutating as StoredConfiguration, validating },
    );
    for (const kind of KINDS) {
      const made = objects.find(({ body }) => body["kind"] === kind)?.body as Manifest;
      const chart = ofTag(manifests, kind, tag);
      expect(made.metadata.name).toBe(chart.metadata.name);
      expect(made.metadata.labels).toMatchObject({ "istio.io/tag": tag, "istio.io/rev": "blue" });
      // Selectors that choose all are left out in the chart.
      expect(made.webhooks.map((webhook: Manifest) => ({ objectSelector: {}, ...webhook }))).toEqual(
        chart.webhooks.map((webhook: Manifest) => ({ objectSelector: {}, ...webhook })),
      );
    }
    const named = ({ path, name }: { path: string; name: string }) => `${path}/${name}`;
    expect(new Set(tagObjectNames(tag, NAMESPACE).map(named))).toEqual(
      new Set(objects.map(({ path, body }) => named({ path, name: body.metadata.name }))),
    );
  });

  test("the controller may keep the caBundle of its revision and of its tags, and of nothing else", () => {
    const manifests = render("fairlead", "x", ["--set", "revision=blue,revisionTags={prod}"]);
    const rules = only(manifests, "ClusterRole").rules.filter((rule: Manifest) => rule.verbs.includes("patch") && rule.resourceNames);
    const named = rules.flatMap((rule: Manifest) => rule.resourceNames).filter((name: string) => name !== "istio-ca-root-cert");
    const there = KINDS.flatMap((kind) => ofKind(manifests, kind)).map((manifest) => manifest.metadata.name);
    expect(named).toEqual(there);
    const [{ env }] = only(manifests, "Deployment").spec.template.spec.containers;
    expect(env.find(({ name }: Manifest) => name === "WEBHOOK_CONFIGURATIONS").value.split(",")).toEqual(there);
  });
});

type Labels = Readonly<Record<string, string>>;

const REVISIONS = [undefined, "default", "blue", "green"];

function variants(label: string, values: readonly (string | undefined)[]): readonly Labels[] {
  return values.flatMap((value) =>
    REVISIONS.map((revision) => ({ ...(value && { [label]: value }), ...(revision && { "istio.io/rev": revision }) })),
  );
}

/** Under which names, and by which webhooks, a pod is taken. */
function taken(namespace: Labels, pod: Labels): readonly string[] {
  return ["default", "blue", "green"].flatMap((name) =>
    webhookSelectors({ name, namespace: NAMESPACE, byDefault: false })
      .filter((one) => fitsSelector(one.namespaceSelector, namespace) && fitsSelector(one.objectSelector, pod))
      .map((one) => `${name} ${one.name}`),
  );
}

describe("selectors", () => {
  test("no pod is taken under two names, and twice only where pod and namespace both ask without a revision", () => {
    for (const namespace of variants("istio-injection", [undefined, "enabled", "disabled"])) {
      for (const pod of variants("sidecar.istio.io/inject", [undefined, "true", "false"])) {
        const by = taken(namespace, pod);
        expect(new Set(by.map((one) => one.split(" ")[0])).size, JSON.stringify({ namespace, pod })).toBeLessThanOrEqual(1);
        if (by.length > 1) expect(by).toEqual(["default namespace", "default pod"]);
      }
    }
  });

  test.each([
    [{ "istio-injection": "enabled" }, {}, "default namespace"],
    [{ "istio-injection": "enabled" }, { "istio.io/rev": "blue" }, "default namespace"],
    [{ "istio.io/rev": "blue" }, {}, "blue rev.namespace"],
    [{ "istio.io/rev": "blue" }, { "istio.io/rev": "green" }, "blue rev.namespace"],
    [{ "istio.io/rev": "default" }, {}, "default rev.namespace"],
    [{}, { "istio.io/rev": "default" }, "default rev.pod"],
    [{}, { "istio.io/rev": "green" }, "green rev.pod"],
    [{}, { "sidecar.istio.io/inject": "true" }, "default pod"],
    [{}, { "sidecar.istio.io/inject": "true", "istio.io/rev": "blue" }, "blue rev.pod"],
    [{}, {}, undefined],
    [{ "istio-injection": "disabled" }, { "sidecar.istio.io/inject": "true", "istio.io/rev": "blue" }, undefined],
    [{ "istio.io/rev": "blue" }, { "sidecar.istio.io/inject": "false" }, undefined],
  ])("namespace %j, pod %j: %s", (namespace, pod, by) => {
    expect(taken(namespace as Labels, pod as Labels)).toEqual(by === undefined ? [] : [by]);
  });
});
