import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it, test } from "vitest";
import { DRY_RUN, MESH_ANNOTATIONS, SUPPRESS } from "../../../src/validation/metadata/mesh-annotations.ts";
import { MESH_LABELS } from "../../../src/validation/metadata/mesh-labels.ts";
import { isIdle, type MeshName } from "../../../src/validation/metadata/mesh-name.ts";
import { metadataFindings } from "../../../src/validation/metadata/metadata-findings.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

type Map = Readonly<Record<string, unknown>>;
interface Names {
  readonly labels?: Map;
  readonly annotations?: Map;
}

const VERSIONS: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  CronJob: "batch/v1",
  ServiceEntry: "networking.istio.io/v1",
  WorkloadGroup: "networking.istio.io/v1",
  Certificate: "cert-manager.io/v1",
};

const bare = (kind: string, names: Names) => ({ apiVersion: VERSIONS[kind] ?? "v1", kind, metadata: { name: "a", ...names } });
const containers = [{ name: "app", image: "app" }];

function deployment(own: Names, ofPods: Names) {
  return { ...bare("Deployment", own), spec: { template: { metadata: ofPods, spec: { containers } } } };
}

const told = (raw: unknown) => metadataFindings(raw).map(({ code, path }) => `${code} ${path}`);
const words = (raw: unknown) => metadataFindings(raw).map(({ message }) => message);

describe("a name of the mesh that is not known", () => {
  it.each([
    ["sidecar.istio.io/injekt", "sidecar.istio.io/inject"],
    ["sidecar.istio.io/excludeOutboundPorts", "traffic.sidecar.istio.io/excludeOutboundPorts"],
    ["traffic.istio.io/includeOutboundIPRanges", "traffic.sidecar.istio.io/includeOutboundIPRanges"],
    ["traffic.sidecar.istio.io/excludeOutboundPort", "traffic.sidecar.istio.io/excludeOutboundPorts"],
    ["sidecars.istio.io/inject", "sidecar.istio.io/inject"],
    ["istio.io/reroute-virtual-interface", "istio.io/reroute-virtual-interfaces"],
  ])("%s is told, with %s", (name, meant) => {
    expect(words(bare("Pod", { annotations: { [name]: "x" } }))).toEqual([
      `annotation ${name} is not known to the mesh and has no effect; did you mean ${meant}?`,
    ]);
  });

  it("has no suggestion where none is near", () => {
    expect(words(bare("Pod", { annotations: { "sidecar.istio.io/zzzzzz": "x" } }))).toEqual([
      "annotation sidecar.istio.io/zzzzzz is not known to the mesh and has no effect",
    ]);
  });

  it("is looked for on any kind, and in the template of its pods", () => {
    const names = { annotations: { "proxy.istio.io/confg": "x" } };
    expect(told(bare("Certificate", names))).toEqual(['FL1201 metadata.annotations["proxy.istio.io/confg"]']);
    expect(told(deployment({}, names))).toEqual(['FL1201 spec.template.metadata.annotations["proxy.istio.io/confg"]']);
    const spec = { jobTemplate: { spec: { template: { metadata: names, spec: { containers } } } } };
    expect(told({ ...bare("CronJob", {}), spec })).toEqual([
      'FL1201 spec.jobTemplate.spec.template.metadata.annotations["proxy.istio.io/confg"]',
    ]);
  });

  it("is the namespace's label, nearly, with a value that only that one has", () => {
    expect(words(bare("Namespace", { labels: { "istio-inject": "enabled" } }))).toEqual([
      "label istio-inject is not known to the mesh and has no effect; did you mean istio-injection?",
    ]);
    expect(told(bare("Namespace", { labels: { "istio-inject": "later", istio: "enabled" } }))).toEqual([]);
  });
});

test.each<readonly [string, Names]>([
  ["other programs' names", { labels: { app: "a", "app.kubernetes.io/name": "b" }, annotations: { "prometheus.io/scrape": "true" } }],
  ["names that only end like the mesh's", { annotations: { "sidecar.isto.io/inject": "x", "notistio.io/rev": "y" } }],
  [
    "what installers of the mesh write",
    { labels: { "operator.istio.io/component": "Pilot", "install.operator.istio.io/owning-resource": "x" } },
  ],
  ["words of their own under the bare prefix", { labels: { "istio.io/config": "true", "istio.io/test": "x" } }],
])("nothing is said of %s", (_, names) => {
  expect(told(bare("Pod", names))).toEqual([]);
  expect(told(bare("Namespace", names))).toEqual([]);
});

describe("a known name", () => {
  it.each([...MESH_ANNOTATIONS, ...MESH_LABELS].filter(({ use }) => !isIdle(use)))(
    "$name, a $sort, has a place where nothing is said of it",
    (known) => {
      const sample =
        ["true", "8080", "10.0.0.0/8", "info", "100m", "enabled", "REDIRECT", "istio", "ambient", "all", "1", "FL1025"].find(
          known.form.accepts,
        ) ?? "";
      const field = known.sort === "label" ? "labels" : "annotations";
      expect(told(bare(known.on?.[0] ?? "Pod", { [field]: { [known.name]: sample } }))).toEqual([]);
    },
  );

  it("of the pods has no effect on what makes them", () => {
    const names = { annotations: { "traffic.sidecar.istio.io/excludeOutboundPorts": "3306" } };
    expect(words(deployment(names, {}))).toEqual([
      "annotation traffic.sidecar.istio.io/excludeOutboundPorts has no effect on a Deployment; write it under spec.template.metadata.annotations",
    ]);
    expect(words(bare("Namespace", names))).toEqual([
      "annotation traffic.sidecar.istio.io/excludeOutboundPorts has no effect on a Namespace; write it under annotations of the pods, in a template under spec.template.metadata",
    ]);
    // Another program may read what stands on its own kind.
    expect(told(bare("Certificate", names))).toEqual([]);
  });

  it("may be copied everywhere, if it is where it counts", () => {
    const names = { labels: { "sidecar.istio.io/inject": "true" } };
    expect(told(deployment(names, names))).toEqual([]);
  });

  it("may be copied, if a label, onto what makes no pods", () => {
    expect(told(bare("Service", { labels: { "sidecar.istio.io/inject": "true" } }))).toEqual([]);
    expect(told(bare("Service", { annotations: { "sidecar.istio.io/inject": "true" } }))).toEqual([
      'FL1202 metadata.annotations["sidecar.istio.io/inject"]',
    ]);
    expect(told(deployment({ labels: { "sidecar.istio.io/inject": "true" } }, {}))).toEqual([
      'FL1202 metadata.labels["sidecar.istio.io/inject"]',
    ]);
    expect(told(bare("Namespace", { labels: { "sidecar.istio.io/inject": "true" } }))).toEqual([
      'FL1202 metadata.labels["sidecar.istio.io/inject"]',
    ]);
  });

  it("that is read as label and annotation is told as what is read there", () => {
    expect(words(bare("Namespace", { annotations: { "istio.io/rev": "canary" } }))).toEqual([
      "istio.io/rev has no effect as annotation, because it is read as label; write it under metadata.labels",
    ]);
  });

  it("counts as label or as annotation", () => {
    expect(
      told(bare("Pod", { labels: { "sidecar.istio.io/inject": "true" }, annotations: { "sidecar.istio.io/inject": "true" } })),
    ).toEqual([]);
    expect(words(bare("Pod", { labels: { "sidecar.istio.io/logLevel": "debug" } }))).toEqual([
      "sidecar.istio.io/logLevel has no effect as label, because it is read as annotation; write it under metadata.annotations",
    ]);
    expect(words(bare("Namespace", { annotations: { "istio-injection": "enabled" } }))).toEqual([
      "istio-injection has no effect as annotation, because it is read as label; write it under metadata.labels",
    ]);
  });

  it("belongs to the namespace", () => {
    expect(words(deployment({}, { labels: { "istio-injection": "enabled" } }))).toEqual([
      "label istio-injection has no effect on a Pod; write it under labels of the Namespace",
    ]);
  });

  it("is read on the workloads that a group stands for", () => {
    const metadata = { labels: { "service.istio.io/canonical-name": "a" }, annotations: { "sidecar.istio.io/injekt": "x" } };
    expect(told({ ...bare("WorkloadGroup", {}), spec: { metadata, template: {} } })).toEqual([
      'FL1201 spec.metadata.annotations["sidecar.istio.io/injekt"]',
    ]);
  });

  it.each([
    ["sidecar.istio.io/inject", "enabled"],
    ["sidecar.istio.io/proxyCPU", "one"],
    ["sidecar.istio.io/interceptionMode", "redirect"],
    ["sidecar.istio.io/logLevel", "verbose"],
    ["sidecar.istio.io/userVolume", "{"],
    ["status.sidecar.istio.io/port", "99999"],
    ["traffic.sidecar.istio.io/excludeOutboundPorts", "http"],
    ["traffic.sidecar.istio.io/excludeOutboundPorts", "*"],
    ["traffic.sidecar.istio.io/includeOutboundIPRanges", "10.0.0.0/33"],
    ["prometheus.istio.io/merge-metrics", "yes"],
    ["readiness.status.sidecar.istio.io/periodSeconds", "2s"],
    ["status.sidecar.istio.io/port", 15020],
  ])("%s with value %s cannot be read", (name, value) => {
    expect(told(bare("Pod", { annotations: { [name]: value } }))).toEqual([`FL1204 metadata.annotations["${name}"]`]);
  });

  it.each([
    ["sidecar.istio.io/inject", "False"],
    ["traffic.sidecar.istio.io/includeInboundPorts", "*"],
    ["traffic.sidecar.istio.io/includeInboundPorts", ""],
    ["traffic.sidecar.istio.io/excludeOutboundIPRanges", "10.0.0.1, 2001:db8::/32"],
    ["sidecar.istio.io/proxyMemoryLimit", "1.5Gi"],
  ])("%s with value %s can", (name, value) => {
    expect(told(bare("Pod", { annotations: { [name]: value } }))).toEqual([]);
  });

  // A name under a prefix of its own may be put together from the two.
  const mentions = (text: string, name: string): boolean => {
    const [domain = "", local = ""] = name.split("/");
    const isPutTogether = text.includes(`"${domain}/"`) || text.includes(`${domain}/\${`);
    return text.includes(`"${name}"`) || (isPutTogether && new RegExp(`["}]${local}["\`]`).test(text));
  };

  it("is read somewhere, unless it is told that it is not, or asks for nothing", () => {
    const files = globSync("src/**/*.ts", {
      cwd: ROOT,
      exclude: ["src/gen/**", "src/validation/check/**", "src/validation/metadata/mesh-labels.ts"],
    });
    const texts = files.map((file) => readFileSync(resolve(ROOT, file), "utf8"));
    const own = readFileSync(resolve(ROOT, "src/validation/metadata/mesh-annotations.ts"), "utf8");
    const readers = texts.filter((text) => text !== own);
    const isRead = ({ name }: MeshName) => name === SUPPRESS || name === DRY_RUN || readers.some((text) => mentions(text, name));
    const all = [...MESH_ANNOTATIONS, ...MESH_LABELS];
    expect(all.filter((known) => (known.use === "read") !== isRead(known)).map(({ name, use }) => [name, use])).toEqual([]);
  });

  it("that asks for what is done anyway is not told", () => {
    const entry = (labels: Map) => told(bare("ServiceEntry", { labels }));
    expect(entry({ "networking.istio.io/enable-autoallocate-ip": "False", "istio.io/use-waypoint": "none" })).toEqual([]);
    expect(entry({ "networking.istio.io/enable-autoallocate-ip": "0" })).toEqual([
      'FL1204 metadata.labels["networking.istio.io/enable-autoallocate-ip"]',
    ]);
    expect(words(bare("ServiceEntry", { labels: { "istio.io/ingress-use-waypoint": "true" } }))).toEqual([
      "is stored, but not carried out yet: there are no waypoints, and the workload is called directly",
    ]);
    expect(told(bare("Pod", { labels: { "topology.istio.io/network": "n" }, annotations: { "proxy.istio.io/overrides": "{}" } }))).toEqual([
      'FL0121 metadata.labels["topology.istio.io/network"]',
    ]);
  });

  it.each([
    ["FL1025", true],
    ["FL1025, FL1032", true],
    ["*", true],
    ["IST0102,FL1025", true],
    ["IST0102", false],
    ["FL1", false],
  ])("takes codes to leave out: %s", (value, fits) => {
    const found = told(bare("Namespace", { annotations: { "galley.istio.io/analyze-suppress": value } }));
    expect(found).toEqual(fits ? [] : ['FL1204 metadata.annotations["galley.istio.io/analyze-suppress"]']);
  });

  it("that is not carried out is told as fields are", () => {
    expect(told(bare("Pod", { annotations: { "sidecar.istio.io/bootstrapOverride": "x" } }))).toEqual([
      'FL0121 metadata.annotations["sidecar.istio.io/bootstrapOverride"]',
    ]);
  });
});

describe("a dry run", () => {
  const spec = { hosts: ["a.b"], ports: [{ number: 80, name: "http", protocol: "HTTP" }], resolution: "DNS" };
  const errors = (annotations: Map) =>
    validateObject({ ...bare("ServiceEntry", { annotations }), spec }).errors.map(({ code, path }) => [code, path]);

  it("is refused of kinds that have none, whatever it says", () => {
    const refused = [["FL1205", 'metadata.annotations["istio.io/dry-run"]']];
    expect(errors({ "istio.io/dry-run": "true" })).toEqual(refused);
    expect(errors({ "istio.io/dry-run": "false" })).toEqual(refused);
    expect(errors({ "istio.io/dryrun": "true" })).toEqual([]);
    const policy = {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: "a", annotations: { "istio.io/dry-run": "true" } },
    };
    expect(validateObject({ ...policy, spec: {} }).errors).toEqual([]);
  });
});

describe("validateObject", () => {
  const names = { annotations: { "networking.istio.io/exportto": "*" } };

  it("says it of our own kinds", () => {
    const spec = { hosts: ["a.b"], ports: [{ number: 80, name: "http", protocol: "HTTP" }], resolution: "DNS" };
    const { errors, warnings } = validateObject({ ...bare("ServiceEntry", names), spec });
    expect(errors).toEqual([]);
    expect(warnings).toMatchObject([{ code: "FL1201", path: 'metadata.annotations["networking.istio.io/exportto"]' }]);
  });

  it("says it of other programs' kinds, and that it was not looked at where it has nothing to say", () => {
    expect(validateObject(bare("Certificate", {})).warnings).toMatchObject([{ code: "FL0113" }]);
    expect(validateObject(bare("Certificate", names)).warnings).toMatchObject([{ code: "FL1201" }]);
    expect(validateObject(deployment(names, {})).warnings).toMatchObject([{ code: "FL1201" }]);
  });

  it("ends where there are too many", () => {
    const annotations = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`sidecar.istio.io/wrong${i}`, "x"]));
    const { warnings } = validateObject(bare("Pod", { annotations }));
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)?.code).toBe("FL0122");
  });
});
