import fc from "fast-check";
import jsonPatch, { type Operation } from "fast-json-patch";
import { expect, test } from "vitest";
import { runs, seed } from "../../soak/runs.ts";
import { type AnyPod, injected } from "../../unit/injection/injection-case.ts";
import { injectAgain, passThrough } from "./interleaved.ts";
import { meddlers, pods } from "./other-webhooks.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
const port = fc.integer({ min: 1, max: 65535 });
const handler = fc.oneof(
  fc.record({ httpGet: fc.record({ port: fc.oneof(port, name), path: fc.constant("/x") }) }),
  fc.record({ tcpSocket: fc.record({ port }) }),
  fc.record({ grpc: fc.record({ port }) }),
  fc.record({ exec: fc.record({ command: fc.array(fc.string()) }) }),
);
/** What an object may hold; a pod with the other key is refused, and has a test of its own. */
const anything = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"'));
const container = fc.record(
  {
    name,
    image: fc.string(),
    ports: fc.array(fc.record({ name, containerPort: port })),
    env: fc.array(fc.record({ name: fc.string(), value: fc.string() })),
    livenessProbe: handler,
    readinessProbe: handler,
    lifecycle: fc.record({ preStop: handler }, { requiredKeys: [] }),
    unknownField: anything,
  },
  { requiredKeys: ["name"] },
);
const distinct = { selector: (item: { name: string }) => item.name };
const words = fc.dictionary(fc.constantFrom("app", "version", "constructor", "a/b~c", "x"), fc.string(), { noNullPrototype: true });
const pod = fc.record({
  metadata: fc.record({ name, labels: fc.option(words), annotations: words }, { requiredKeys: [] }),
  spec: fc.record(
    {
      containers: fc.uniqueArray(container, { ...distinct, minLength: 1, maxLength: 4 }),
      initContainers: fc.option(fc.uniqueArray(container, { ...distinct, maxLength: 3 })),
      volumes: fc.option(fc.uniqueArray(fc.record({ name, emptyDir: fc.constant({}) }), distinct)),
      imagePullSecrets: fc.array(fc.record({ name })),
      unknownField: anything,
    },
    { requiredKeys: ["containers"] },
  ),
});
const version = fc.constantFrom("1.27", "1.34");
const OURS = new Set(["istio-proxy", "istio-init", "enable-core-dump"]);
const PROBES = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

const foreign = (list: AnyPod): AnyPod[] => (list ?? []).filter((item: AnyPod) => !OURS.has(item.name));
const withoutProbes = (item: AnyPod): AnyPod => Object.fromEntries(Object.entries(item).filter(([key]) => !PROBES.includes(key)));

/** What the API server keeps: JSON, which has no -0 and no undefined. */
const plain = (value: AnyPod): AnyPod => JSON.parse(JSON.stringify(value));

test("inject twice is inject once", () => {
  fc.assert(
    fc.property(pod, version, (raw, kubeVersion) => {
      const once = injected(plain(raw), { kubeVersion });
      const twice = injected(once.pod, { kubeVersion });
      expect(twice.patch).toEqual([]);
    }),
    { numRuns: runs({ usual: 250, soak: 5000 }), seed: seed() },
  );
});

const setting = fc.record({ kubeVersion: version, limited: fc.boolean() });

test("inject twice is inject once, whatever a pod asks for and its namespace allows", () => {
  fc.assert(
    fc.property(pods, setting, (raw, where) => {
      const once = injectAgain(raw, where);
      expect(injectAgain(once.pod, where)).toEqual({ pod: once.pod, patch: [] });
    }),
    { numRuns: runs({ usual: 250, soak: 5000 }), seed: seed() },
  );
});

test("before, between and after other webhooks nothing of theirs is lost, and nothing is left to do", () => {
  fc.assert(
    fc.property(pods, fc.array(meddlers, { minLength: 1, maxLength: 5 }), setting, (raw, others, where) => {
      expect(passThrough(raw, others, where).problems).toEqual([]);
    }),
    { numRuns: runs({ usual: 100, soak: 1000 }), seed: seed() },
  );
});

test("what is not ours keeps its place and its content", () => {
  fc.assert(
    fc.property(pod, version, (generated, kubeVersion) => {
      const raw = plain(generated);
      const after = injected(raw, { kubeVersion }).pod as AnyPod;
      for (const list of ["containers", "initContainers"]) {
        expect(foreign(after.spec[list]).map(withoutProbes)).toEqual(foreign(raw.spec[list]).map(withoutProbes));
      }
      expect(after.spec.unknownField).toEqual(raw.spec.unknownField);
      expect(after.metadata.labels).toMatchObject(raw.metadata.labels ?? {});
    }),
    { numRuns: 300 },
  );
});

test("the patch leads to the pod, and replaces no list", () => {
  fc.assert(
    fc.property(pod, version, (generated, kubeVersion) => {
      const raw = plain(generated);
      const { patch, pod: meant } = injected(raw, { kubeVersion });
      expect(jsonPatch.applyPatch(plain(raw), plain(patch) as Operation[]).newDocument).toEqual(meant);
      expect(patch.filter((operation) => operation.op === "replace" && Array.isArray(operation.value))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

const meddling: fc.Arbitrary<(pod: AnyPod) => AnyPod> = fc.oneof(
  container.map((added) => (p: AnyPod) => without(p, added.name, (spec) => ({ ...spec, containers: [...spec.containers, added] }))),
  container.map(
    (added) => (p: AnyPod) => without(p, added.name, (spec) => ({ ...spec, initContainers: [added, ...(spec.initContainers ?? [])] })),
  ),
  fc.constant((p: AnyPod) =>
    mapAll(p, (item) => ({ ...item, volumeMounts: [...(item.volumeMounts ?? []), { name: "t", mountPath: "/t" }] })),
  ),
  fc.constant((p: AnyPod) => mapAll(p, ({ restartPolicy: _, ...item }) => item)),
  fc.constant((p: AnyPod) => ({ ...p, spec: { ...p.spec, containers: [...p.spec.containers].reverse() } })),
);

function without(p: AnyPod, taken: string, change: (spec: AnyPod) => AnyPod): AnyPod {
  const all = [...p.spec.containers, ...(p.spec.initContainers ?? [])];
  return all.some((item) => item.name === taken) ? p : { ...p, spec: change(p.spec) };
}

function mapAll(p: AnyPod, change: (item: AnyPod) => AnyPod): AnyPod {
  const lists = {
    containers: p.spec.containers.map(change),
    ...(p.spec.initContainers ? { initContainers: p.spec.initContainers.map(change) } : {}),
  };
  return { ...p, spec: { ...p.spec, ...lists } };
}

test("other webhooks before and after lose nothing, and the pod settles", () => {
  fc.assert(
    fc.property(pod, version, fc.array(meddling, { maxLength: 4 }), (generated, kubeVersion, meddlers) => {
      let current = injected(plain(generated), { kubeVersion }).pod as AnyPod;
      for (const meddle of meddlers) {
        const meddled = plain(meddle(current));
        const again = injected(meddled, { kubeVersion });
        const keep = (p: AnyPod): AnyPod => [...foreign(p.spec.containers), ...foreign(p.spec.initContainers)].map(withoutProbes);
        expect(keep(again.pod)).toEqual(keep(meddled));
        expect(injected(again.pod, { kubeVersion }).patch).toEqual([]);
        current = again.pod as AnyPod;
      }
    }),
    { numRuns: 300 },
  );
});
