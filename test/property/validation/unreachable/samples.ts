// Rules and calls of a small world, in which they meet often.
import fc, { type Arbitrary } from "fast-check";
import type { Connection, ConnectionMatch, Match, Request, RuleOf, Text } from "./evaluator.ts";

type Fields<T> = { readonly [K in keyof T]?: Arbitrary<Exclude<T[K], undefined>> };

/** An object in which each field may be missing. */
function some<T extends object>(fields: Fields<T>): Arbitrary<T> {
  return fc.record(fields as Record<string, Arbitrary<unknown>>, { requiredKeys: [] }) as unknown as Arbitrary<T>;
}

/** An object of a few of the fields: two of them cover each other often. */
function few<T extends object>(fields: Fields<T>, most: number): Arbitrary<T> {
  const all = Object.entries(fields) as [string, Arbitrary<unknown>][];
  return fc.subarray(all, { maxLength: most }).chain((chosen) => fc.record(Object.fromEntries(chosen)) as unknown as Arbitrary<T>);
}

const paths = ["/", "/a", "/A", "/ab", "/a/b", "/a/B", "/b", "/1", "/1/a"];
const values = ["1", "12", "2", "x"];
const ports = [80, 443];
export const GATEWAYS: readonly string[] = ["mesh", "shop/g", "shop/h"];

const textOf = (words: readonly string[], regexes: readonly string[]): Arbitrary<Text> =>
  fc.oneof(
    fc.constantFrom(...words).map((exact) => ({ exact })),
    fc.constantFrom(...words).map((prefix) => ({ prefix })),
    fc.constantFrom(...regexes).map((regex) => ({ regex })),
  );

const valueTest: Arbitrary<Text> = fc.oneof(
  { weight: 4, arbitrary: textOf(values, [".*", "^.*$", "*", "1.*", "x*"]) },
  { weight: 1, arbitrary: fc.constant({}) },
);
const tests = fc.dictionary(fc.constantFrom("a", "b"), valueTest, { maxKeys: 2 });
const labels = fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("x", "y"), { maxKeys: 2 });
const namespace = fc.constantFrom("shop", "other");

const standing = {
  port: fc.constantFrom(...ports),
  gateways: fc.subarray([...GATEWAYS], { minLength: 1 }),
  sourceLabels: labels,
  sourceNamespace: namespace,
};

const matchFields: Fields<Match> = {
  ...standing,
  uri: textOf(paths, ["/a.*", "/.*", ".*", "/a"]),
  method: textOf(["GET", "POST"], [".*"]),
  authority: textOf(["s", "s.shop"], ["s.*"]),
  ignoreUriCase: fc.boolean(),
  headers: tests,
  withoutHeaders: tests,
  queryParams: tests,
};

const match = some<Match>(matchFields);
const sparseMatch = few<Match>(matchFields, 2);
const ofOne: Arbitrary<Readonly<Record<string, Text>>> = valueTest.map((a) => ({ a }));
const headerMatch = few<Match>({ headers: ofOne, withoutHeaders: ofOne }, 1);
const plainMatch = some<Match>({ uri: textOf(paths, ["/a"]), method: textOf(["GET", "POST"], [".*"]), headers: tests });

const rulesOf = <M>(one: Arbitrary<M>, most = 3): Arbitrary<readonly RuleOf<M>[]> =>
  fc.array(fc.record({ match: fc.array(one, { maxLength: most }) }), { minLength: 2, maxLength: 6 });

export const httpRules: Arbitrary<readonly RuleOf<Match>[]> = fc.oneof(
  rulesOf(sparseMatch),
  rulesOf(plainMatch),
  rulesOf(headerMatch),
  rulesOf(fc.oneof(match, sparseMatch, plainMatch)),
);

const caller = fc.record({ namespace, labels });
const given = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom(...values, "", "xx", "123"), { maxKeys: 2 });

export const request: Arbitrary<Request> = fc.record({
  gateway: fc.constantFrom(...GATEWAYS),
  port: fc.constantFrom(...ports),
  caller,
  path: fc.tuple(fc.constantFrom(...paths), fc.constantFrom("", "", "b", "/b", "C")).map((parts) => parts.join("")),
  method: fc.constantFrom("GET", "POST", "PUT"),
  authority: fc.constantFrom("s", "s.shop", "t"),
  headers: given,
  parameters: given,
});

const connectionFields: Fields<ConnectionMatch> = {
  ...standing,
  destinationSubnets: fc.subarray(["10.0.0.0/8", "10.0.0.9/8", "10.1.0.0/16", "10.1.0.1"], { minLength: 1, maxLength: 2 }),
};
const tcpMatch = few<ConnectionMatch>(connectionFields, 3);
const names = fc.subarray(["*.example.com", "*.b.example.com", "a.b.example.com"], { minLength: 1, maxLength: 2 });
const tlsMatch: Arbitrary<ConnectionMatch> = fc.tuple(tcpMatch, names).map(([one, sniHosts]) => ({ ...one, sniHosts }));

export const tcpRules: Arbitrary<readonly RuleOf<ConnectionMatch>[]> = rulesOf(tcpMatch);
export const tlsRules: Arbitrary<readonly RuleOf<ConnectionMatch>[]> = fc.array(
  fc.record({ match: fc.array(tlsMatch, { minLength: 1, maxLength: 3 }) }),
  { minLength: 2, maxLength: 6 },
);

export const connection: Arbitrary<Connection> = fc.record({
  gateway: fc.constantFrom(...GATEWAYS),
  port: fc.constantFrom(...ports),
  caller,
  address: fc.constantFrom(0x0a00_0001, 0x0a01_0001, 0x0a01_0002, 0x0b00_0001),
  serverName: fc.constantFrom("a.b.example.com", "b.example.com", "c.example.com"),
});

/** All requests of a world so small that they can be counted: what covers there, covers. */
export const finite: readonly Request[] = ["/", "/a", "/b", "/aa", "/ab", "/aaa", "/aab", "/ba"].flatMap((path) =>
  ["GET", "POST", "PUT"].flatMap((method) =>
    [undefined, "1", "2"].map((value) => ({
      gateway: "mesh",
      port: 80,
      caller: { namespace: "shop", labels: {} },
      path,
      method,
      authority: "s",
      headers: value === undefined ? {} : ({ a: value } as Readonly<Record<string, string>>),
      parameters: {},
    })),
  ),
);

/** Matches whose difference the finite world shows: paths of at most two letters, so that a longer one is there to tell them apart. */
export const finiteMatch: Arbitrary<Match> = some<Match>({
  uri: fc.oneof(
    fc.constantFrom("/", "/a", "/b", "/aa").map((prefix) => ({ prefix })),
    fc.constantFrom("/a", "/b", "/aa", "/ab").map((exact) => ({ exact })),
  ),
  method: fc.constantFrom("GET", "POST").map((exact) => ({ exact })),
  headers: fc.oneof(
    fc.constantFrom("1", "2").map((exact) => ({ a: { exact } })),
    fc.constant({ a: {} }),
  ),
});
