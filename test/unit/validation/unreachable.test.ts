import { describe, expect, it, test } from "vitest";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { httpCondition } from "../../../src/validation/virtual-service/subsumption/http-condition.ts";
import { createHttpIndex } from "../../../src/validation/virtual-service/subsumption/http-index.ts";
import { ownGateways } from "../../../src/validation/virtual-service/subsumption/standing.ts";

type Body = Readonly<Record<string, unknown>>;

const CODES = new Set(["FL0435", "FL0436", "FL0122"]);
const route = [{ destination: { host: "s" } }];

function document(spec: Body): Body {
  return { apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "a", namespace: "shop" }, spec };
}

function told(spec: Body): readonly string[] {
  const { errors, warnings } = validateObject(document(spec));
  expect(errors).toEqual([]);
  return warnings.filter(({ code }) => CODES.has(code)).map(({ code, path }) => `${code} ${path}`);
}

/** One rule a match. */
const http = (...matches: readonly Body[]): Body => ({ hosts: ["a.b"], http: matches.map((match) => ({ match: [match], route })) });

const prefix = (text: string, rest: Body = {}): Body => ({ uri: { prefix: text }, ...rest });
const exact = (text: string, rest: Body = {}): Body => ({ uri: { exact: text }, ...rest });
const regex = (text: string, rest: Body = {}): Body => ({ uri: { regex: text }, ...rest });

const SHADOWED: readonly (readonly [string, Body, Body])[] = [
  ["longer prefix", prefix("/api/v1/product"), prefix("/api/v1/products")],
  ["exact path under a prefix", prefix("/"), exact("/")],
  ["regular expression written alike", regex("/a/.+"), regex("/a/.+")],
  ["regular expression behind all paths", prefix("/"), regex("/a/.+")],
  ["all paths by regular expression", regex(".*"), exact("/a")],
  ["no path behind the path /", prefix("/"), { method: { exact: "GET" } }],
  ["path in any case", prefix("/Api", { ignoreUriCase: true }), prefix("/aPI/v1")],
  ["path in any case, without letters", prefix("/1"), prefix("/1A", { ignoreUriCase: true })],
  ["one more header", prefix("/a", { headers: { A: { exact: "1" } } }), prefix("/a", { headers: { a: { exact: "1" }, b: {} } })],
  ["header that must be there", prefix("/a", { headers: { a: {} } }), prefix("/a", { headers: { a: { regex: "x+" } } })],
  ["header's beginning", prefix("/a", { headers: { a: { prefix: "x" } } }), prefix("/a", { headers: { a: { exact: "xy" } } })],
  ["any method", prefix("/a", { method: {} }), prefix("/a")],
  ["header excluded", prefix("/a", { withoutHeaders: { a: { exact: "1" } } }), prefix("/a", { headers: { a: { exact: "2" } } })],
  ["header missing", prefix("/a", { withoutHeaders: { a: { exact: "1" } } }), prefix("/a", { withoutHeaders: { a: {} } })],
  ["parameter", prefix("/a", { queryParams: { q: {} } }), prefix("/a", { queryParams: { q: { exact: "1" } } })],
  ["one port", prefix("/a"), prefix("/a", { port: 80 })],
  ["more labels", prefix("/a", { sourceLabels: { a: "b" } }), prefix("/a", { sourceLabels: { c: "d", a: "b" } })],
  ["one namespace", prefix("/a"), prefix("/a", { sourceNamespace: "n" })],
  ["a gateway of several", prefix("/a", { gateways: ["g", "mesh"] }), prefix("/a", { gateways: ["shop/g"] })],
  ["a gateway by its old name", prefix("/a", { gateways: ["g.shop.svc.cluster.local"] }), prefix("/a", { gateways: ["shop/g"] })],
  ["header that must be missing", prefix("/a", { withoutHeaders: { a: { regex: "*" } } }), prefix("/a", { withoutHeaders: { a: {} } })],
  ["name and statistics", prefix("/a", { name: "one" }), prefix("/a", { statPrefix: "two" })],
];

const REACHED: readonly (readonly [string, Body, Body])[] = [
  ["shorter prefix", prefix("/products"), prefix("/product")],
  ["prefix behind its exact path", exact("/a"), prefix("/a")],
  ["other regular expression", regex("/a/.+"), regex("/a/b")],
  ["path under a regular expression", regex("/a/.*"), prefix("/a/b")],
  [
    "header that no text may fill, a missing one included",
    prefix("/a", { withoutHeaders: { a: { regex: "^.*$" } } }),
    prefix("/a", { withoutHeaders: { a: {} } }),
  ],
  ["any case behind one", prefix("/a"), prefix("/a", { ignoreUriCase: true })],
  ["a header less", prefix("/a", { headers: { a: {} } }), prefix("/a")],
  ["other header", prefix("/a", { headers: { a: { exact: "1" } } }), prefix("/a", { headers: { b: { exact: "1" } } })],
  ["other value", prefix("/a", { headers: { a: { exact: "1" } } }), prefix("/a", { headers: { a: { prefix: "1" } } })],
  ["excluded and asked", prefix("/a", { withoutHeaders: { a: {} } }), prefix("/a", { headers: { a: {} } })],
  ["excluded at all", prefix("/a", { withoutHeaders: { a: {} } }), prefix("/a")],
  [
    "missing, but the empty text is excluded",
    prefix("/a", { withoutHeaders: { a: { regex: "x*" } } }),
    prefix("/a", { withoutHeaders: { a: {} } }),
  ],
  ["parameter in other letters", prefix("/a", { queryParams: { Q: {} } }), prefix("/a", { queryParams: { q: {} } })],
  [
    "header that some pass over",
    prefix("/a", { headers: { method: { exact: "1" } } }),
    prefix("/a", { headers: { method: { exact: "1" } } }),
  ],
  ["any port", prefix("/a", { port: 80 }), prefix("/a")],
  ["fewer labels", prefix("/a", { sourceLabels: { a: "b", c: "d" } }), prefix("/a", { sourceLabels: { a: "b" } })],
  ["other gateway", prefix("/a", { gateways: ["g"] }), prefix("/a")],
  [
    "caller asked, gateways named",
    prefix("/a", { sourceLabels: { a: "b" } }),
    prefix("/a", { sourceLabels: { a: "b" }, gateways: ["mesh"] }),
  ],
];

describe("a rule for HTTP behind another", () => {
  it.each(SHADOWED)("is never reached: %s", (_, first, second) => {
    expect(told(http(first, second))).toEqual(["FL0435 spec.http[1]"]);
  });

  it.each(REACHED)("is reached: %s", (_, first, second) => {
    expect(told(http(first, second))).toEqual([]);
  });

  it("is never reached where several take each a match of it", () => {
    const both = { match: [exact("/a/1"), exact("/b/1")], route };
    expect(told({ ...http(prefix("/a"), prefix("/b")), http: [...(http(prefix("/a"), prefix("/b"))["http"] as Body[]), both] })).toEqual([
      "FL0435 spec.http[2]",
    ]);
  });

  it("is reached by the match that is left, and the other is named", () => {
    const some = { match: [exact("/a/1"), exact("/c")], route };
    expect(told({ hosts: ["a.b"], http: [{ match: [prefix("/a")], route }, some] })).toEqual(["FL0436 spec.http[1].match[0]"]);
  });

  it("has matches of its own that are in each other's way", () => {
    expect(told({ hosts: ["a.b"], http: [{ match: [prefix("/a"), prefix("/a/b")], route }] })).toEqual(["FL0436 spec.http[0].match[1]"]);
  });

  it("goes through what the rule before it delegates", () => {
    const delegate = { name: "other" };
    expect(told({ hosts: ["a.b"], http: [{ match: [prefix("/a")], delegate }, { match: [prefix("/a")], route }, { route }] })).toEqual([]);
  });

  it("names the rule in its way, by index and name", () => {
    const { warnings } = validateObject(document({ hosts: ["a.b"], http: [{ name: "all", route }, { route }, { name: "x", route }] }));
    expect(warnings.map(({ message }) => message)).toEqual(Array(2).fill(expect.stringContaining("by spec.http[0](name: all);")));
  });

  it("quotes a name that could be taken for more, and cuts a long one", () => {
    const by = (name: string) => {
      const { warnings } = validateObject(document({ hosts: ["a.b"], http: [{ name, route }, { route }] }));
      return warnings.map(({ message }) => /spec\.http\[0\].*?(?=;)/.exec(message)?.[0]);
    };
    expect(by("a, spec.http[7]")).toEqual(['spec.http[0](name: "a, spec.http[7]")']);
    expect(by("x".repeat(50))).toEqual([`spec.http[0](name: "${"x".repeat(40)}…")`]);
  });
});

describe("rules that others delegate to", () => {
  const rules = (...matches: readonly Body[]): Body => ({ http: matches.map((match) => ({ match: [match], route })) });

  it("may be cut out one by one, so only what says the same is in the way", () => {
    expect(told(rules(prefix("/a"), prefix("/a/b")))).toEqual([]);
    expect(told(rules(prefix("/a", { port: 80 }), { port: 80, uri: { prefix: "/a" }, name: "b" }))).toEqual(["FL0435 spec.http[1]"]);
    expect(told(rules({ name: "all" }, prefix("/a")))).toEqual(["FL0435 spec.http[1]"]);
  });
});

describe("a rule for connections behind another", () => {
  const tcp = (...matches: readonly Body[]): Body => ({ hosts: ["a.b"], tcp: matches.map((match) => ({ match: [match], route })) });
  const tls = (...matches: readonly Body[]): Body => ({ hosts: ["*.b"], tls: matches.map((match) => ({ match: [match], route })) });

  test.each<readonly [string, Body]>([
    ["same port", tcp({ port: 80 }, { port: 80 })],
    ["nothing asked", { hosts: ["a.b"], tcp: [{ route }, { route }] }],
    ["one port behind all", tcp({}, { port: 80 })],
    ["same range in other words", tcp({ destinationSubnets: ["10.0.0.7/8"] }, { destinationSubnets: ["10.0.0.0/8"] })],
  ])("is never reached: %s", (_, spec) => {
    expect(told(spec)).toEqual(["FL0435 spec.tcp[1]"]);
  });

  test.each<readonly [string, Body]>([
    ["other port", tcp({ port: 80 }, { port: 81 })],
    ["narrower range, which goes first", tcp({}, { destinationSubnets: ["10.0.0.0/8"] })],
    ["longer server name, which goes first", tls({ sniHosts: ["*.b"] }, { sniHosts: ["a.b"] })],
    ["a server name more", tls({ sniHosts: ["a.b"] }, { sniHosts: ["a.b", "c.b"] })],
  ])("is reached: %s", (_, spec) => {
    expect(told(spec)).toEqual([]);
  });

  it("is never reached where its server names are taken one by one", () => {
    expect(told(tls({ sniHosts: ["a.b"] }, { sniHosts: ["C.B"] }, { sniHosts: ["c.b", "a.b"], port: 443 }))).toEqual([
      "FL0435 spec.tls[2]",
    ]);
  });
});

describe("the search", () => {
  it("costs as much as there is, where matches can be told apart", () => {
    const looks = (size: number): number => {
      const bounds = { namespace: "shop", gateways: undefined, isDelegate: false };
      const all = Array.from({ length: size }, (_, i) =>
        httpCondition(
          { uri: { prefix: `/shop/${i % 97}/item` }, headers: { "x-user": { exact: `u${i}` }, "x-kind": { exact: "k" } } },
          bounds,
        ),
      );
      const effort = { left: 1e9 };
      const index = createHttpIndex({ all, own: ownGateways(bounds), isDelegate: false, effort });
      for (const [rule, condition] of all.entries()) {
        expect(index.by(condition)).toEqual([]);
        index.add(condition, { rule });
      }
      return 1e9 - effort.left;
    };
    expect(looks(4_000) / looks(1_000)).toBeLessThan(4.5);
  });

  it("ends, and says so, where they cannot", () => {
    const rules = Array.from({ length: 3_000 }, (_, i) => prefix("/", { headers: { "x-user": { prefix: `u${i}.` } } }));
    expect(told(http(...rules))).toEqual(["FL0122 spec.http"]);
  });
});

test("nothing is said of what is behind a condition that lost a misspelt field", () => {
  const later = { method: { exact: "GET" } };
  expect(told(http({ uri: { suffix: "/b" } }, later))).toEqual([]);
  expect(told({ ...http({}, later), future: 1 })).toEqual(["FL0435 spec.http[1]"]);
});

test("as many matches as a body can hold are looked at", () => {
  const match = Array.from({ length: 99_000 }, () => ({}));
  expect(told({ hosts: ["a.b"], http: [{ match, route }] }).slice(0, 2)).toEqual([
    "FL0436 spec.http[0].match[1]",
    "FL0436 spec.http[0].match[2]",
  ]);
});
