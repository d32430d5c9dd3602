// Whoever applies a correct set does it in some order: every one is accepted step by step, and at the end nothing is left to say.
import { describe, expect, it } from "vitest";
import { createLiveWorld } from "../../../src/analysis/live-world.ts";
import { keyOf, type StoredObject } from "../../../src/api/object.ts";
import { judge } from "../../../src/main/judges.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { type ManifestSet, manifestSets } from "../../tutorials/manifest-sets.ts";

/** Fields that are stored and not carried out yet, whatever else is there. */
const NOT_BUILT = "FL0121";

const SETS = await manifestSets();

interface Apart {
  readonly raw: unknown;
  readonly name: string;
  readonly object: StoredObject;
}

function kindAndName(raw: unknown): string {
  const { kind, metadata } = raw as { readonly kind: string; readonly metadata: { readonly name: string } };
  return `${kind} ${metadata.name}`;
}

/** The documents of some files that are objects of ours or that those refer to. */
function objects(...files: readonly string[]): readonly Apart[] {
  const documents = files.flatMap((file) => SETS.find((set: ManifestSet) => set.file === file)?.documents ?? []);
  return documents.flatMap((raw) => {
    const { object } = validateObject(raw);
    return object === undefined ? [] : [{ raw, object, name: kindAndName(raw) }];
  });
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (const [index, first] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [first, ...rest];
  }
}

interface Outcome {
  readonly refused: readonly string[];
  readonly left: readonly string[];
}

const line = ({ code, path, message }: Finding) => `${code} ${path}: ${message}`;

/** Applies one after the other, each judged in the world of those before it; then all once more. */
function apply(order: readonly Apart[], standing: readonly Apart[]): Outcome {
  const world = createLiveWorld();
  const put = ({ object }: Apart): void => expect(world.apply(new Map([[keyOf(object), { after: object }]]))).toEqual([]);
  for (const one of standing) put(one);
  const refused = order.flatMap((one) => {
    const errors = judge(one.raw, world).filter(({ level }) => level === "error");
    put(one);
    return errors.map((error) => `${one.name}: ${line(error)}`);
  });
  const left = order.flatMap(({ raw, name }) =>
    judge(raw, world)
      .filter(({ code, level }) => level !== "info" && code !== NOT_BUILT)
      .map((found) => `${name}: ${line(found)}`),
  );
  return { refused, left };
}

interface Sample {
  readonly title: string;
  readonly set: readonly Apart[];
  /** What the cluster has before anyone applies. */
  readonly standing?: readonly Apart[];
}

const canary = objects("002-canary-services.yaml");
const isEntry = ({ name }: Apart): boolean => name.startsWith("WorkloadEntry");
const isLast = ({ name }: Apart): boolean => name.endsWith("2601");
const entries = canary.filter(isEntry);

const SAMPLES: readonly Sample[] = [
  {
    title: "egress gateway",
    set: [...canary.filter((one) => !isEntry(one) || isLast(one)), ...objects("002-egress-gateway.yaml")],
    standing: [...entries.filter((one) => !isLast(one)), ...objects("cluster-002.yaml")],
  },
  {
    title: "egress gateway with what carries it",
    set: [...canary.filter((one) => !isEntry(one)), ...objects("002-egress-gateway.yaml", "cluster-002.yaml")],
    standing: entries,
  },
  { title: "canary by weight", set: [...canary, ...objects("002-canary-by-weight.yaml")] },
  { title: "canary by header", set: [...canary, ...objects("002-canary-by-header.yaml")] },
  {
    title: "a service behind a gateway, with subsets",
    set: [...objects("000-httpbin.yaml", "000-subset.yaml", "000-destination-rule.yaml")],
  },
  { title: "hosts on one gateway", set: objects("001-all-on-one-gateway.yaml"), standing: objects("cluster-001.yaml") },
  { title: "static endpoints", set: objects("002-static-endpoints.yaml", "002-client.yaml") },
  { title: "Service with subsets by weight", set: objects("003-web.yaml", "003-subsets.yaml") },
  {
    title: "another namespace's Service behind a gateway",
    set: objects("003-namespace.yaml", "003-gateway.yaml", "003-other-namespace.yaml"),
  },
  { title: "database with certificates", set: objects("004-mongo.yaml") },
];

describe("a correct set is accepted in every order, and then leaves nothing to say", () => {
  it.each(SAMPLES.map((sample) => [sample.title, sample] as const))("%s", (_, { set, standing = [] }: Sample) => {
    expect(set.length).toBeGreaterThan(1);
    expect(set.length).toBeLessThan(7);
    const wrong = [...permutations(set)].flatMap((order) => {
      const { refused, left } = apply(order, standing);
      return refused.length + left.length === 0 ? [] : [{ order: order.map(({ name }) => name), refused, left }];
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it("that misses a part is told of it at the end", () => {
    expect(apply(objects("000-httpbin.yaml", "000-subset.yaml"), []).left).toEqual([
      expect.stringContaining("VirtualService httpbin: FL1001"),
    ]);
  });
});
