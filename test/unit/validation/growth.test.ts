import { describe, expect, it, test } from "vitest";
import { ANALYSIS_RULES } from "../../../src/analysis/analysis-rules.ts";
import { createWorld } from "../../../src/analysis/live-world.ts";
import { inspect } from "../../../src/api/decode.ts";
import type { StoredObject } from "../../../src/api/object.ts";
import { RULES } from "../../../src/validation/rules.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";

type Body = Readonly<Record<string, unknown>>;

function document(kind: string, spec: Body, name = "big"): Body {
  return { apiVersion: "networking.istio.io/v1", kind, metadata: { name, namespace: "shop" }, spec };
}

/** A value that counts every look into it, however deep. */
function counted<T extends object>(value: T, looked: () => void): T {
  return new Proxy(value, {
    get: (of, field, proxy) => {
      looked();
      const found: unknown = Reflect.get(of, field, proxy);
      return typeof found === "object" && found !== null ? counted(found, looked) : found;
    },
  });
}

const many = <T>(size: number, make: (index: number) => T): readonly T[] => Array.from({ length: size }, (_, index) => make(index));
const to = (host: string, subset?: string) => ({ destination: { host, ...(subset && { subset }) } });
const http = { number: 80, name: "http", protocol: "HTTP" };

/** Objects that are big in one way, or in two ways that a careless rule would multiply. */
const SHAPES: Readonly<Record<string, (size: number) => Body>> = {
  routes: (size) =>
    document("VirtualService", {
      hosts: ["a.b"],
      http: many(size, (i) => ({ match: [{ uri: { prefix: `/${i}` } }], route: [to("s", `w${i}`)] })),
    }),
  "routes without conditions": (size) =>
    document("VirtualService", { hosts: ["a.b"], http: many(size, (i) => ({ route: [to(`h${i}`)] })) }),
  "matches of one path, told apart by a header": (size) =>
    document("VirtualService", {
      hosts: ["a.b"],
      http: many(size, (i) => ({ match: [{ uri: { prefix: "/" }, headers: { "x-user": { exact: `u${i}` } } }], route: [to("s")] })),
    }),
  "server names on one port": (size) =>
    document("VirtualService", {
      hosts: ["*.example.com"],
      tls: many(size, (i) => ({ match: [{ port: 443, sniHosts: [`x${i}.example.com`] }], route: [to("s")] })),
    }),
  "hosts and server names": (size) =>
    document("VirtualService", {
      hosts: many(size, (i) => `h${i}.example.com`),
      tls: many(size, (i) => ({ match: [{ port: 443, sniHosts: [`x${i}.example.org`] }], route: [to("s")] })),
    }),
  "hosts and gateways": (size) =>
    document("VirtualService", {
      hosts: many(size, (i) => `h${i}.example.com`),
      gateways: many(size, (i) => (i % 2 === 0 ? `g${i}` : "g")),
      http: [{ route: [to("s")] }],
    }),
  "hosts and namespaces": (size) =>
    document("VirtualService", {
      hosts: many(size, (i) => `both${i}.example.com`),
      exportTo: many(size, (i) => `n${i}`),
      http: [{ route: [to("s")] }],
    }),
  "hosts and ports of a ServiceEntry": (size) =>
    document("ServiceEntry", {
      hosts: many(size / 15, (i) => `both${i}.example.com`),
      ports: many(size / 15, (i) => ({ number: i + 1, name: `p${i}`, protocol: "TCP" })),
      endpoints: many(size, (i) => ({ address: `10.0.${Math.floor(i / 250)}.${i % 250}` })),
      resolution: "STATIC",
    }),
  "hosts of a Sidecar": (size) => document("Sidecar", { egress: [{ hosts: many(size, (i) => `n${i}/a.example.com`) }] }),
  "hosts of a Gateway": (size) =>
    document("Gateway", { selector: { a: "b" }, servers: [{ port: http, hosts: many(size, (i) => `h${i}.example.com`) }] }),
  "hosts and wildcards": (size) =>
    document("VirtualService", {
      hosts: many(size, (i) => (i % 2 === 0 ? `h${i}.w${i + 1}.example.com` : `*.${"d.".repeat(i % 7)}w${i}.example.com`)),
      http: [{ route: [to("s")] }],
    }),
  "hosts of a Sidecar, half of them taken away": (size) =>
    document("Sidecar", { egress: [{ hosts: many(size, (i) => (i % 2 === 0 ? `n${i}/*` : `~n${i - 1}/a${i}.example.com`)) }] }),
  places: (size) =>
    document("DestinationRule", {
      host: "s",
      trafficPolicy: {
        outlierDetection: { interval: "1s" },
        loadBalancer: {
          localityLbSetting: { distribute: many(size, (i) => ({ from: `r${i % 9}/z${i}`, to: { [`r/z${i}`]: 60, [`q/z${i}/*`]: 40 } })) },
        },
      },
    }),
  "hosts of a Sidecar that stand there twice, beside a wildcard": (size) =>
    document("Sidecar", { egress: [{ hosts: ["x/*", ...many(size, () => "x/a.example.com")] }] }),
  "endpoints of a ServiceEntry": (size) =>
    document("ServiceEntry", {
      hosts: ["api.example.com"],
      ports: many(100, (i) => ({ number: i + 1, name: `p${i}`, protocol: "HTTPS" })),
      resolution: "STATIC",
      endpoints: many(size, (i) => ({ address: `10.0.${i >> 8}.${i & 255}`, ports: { [`p${i % 100}`]: 80 } })),
    }),
  subsets: (size) =>
    document("DestinationRule", { host: "s", subsets: many(size, (i) => ({ name: `v${i}`, labels: { version: `v${i}` } })) }),
};

/** What a rule may refer to, as big as the object itself. */
function others(size: number): readonly StoredObject[] {
  const raw = [
    SHAPES["subsets"]?.(size),
    { ...SHAPES["hosts and ports of a ServiceEntry"]?.(size), metadata: { name: "same", namespace: "shop" } },
    document("Gateway", { selector: { a: "b" }, servers: [{ port: http, hosts: many(size, (i) => `g${i}.example.org`) }] }, "g"),
    document(
      "VirtualService",
      { hosts: many(size, (i) => `both${i}.example.com`), exportTo: many(size, (i) => `m${i}`), http: [{ route: [to("s")] }] },
      "v",
    ),
  ];
  return raw.flatMap((one) => inspect(one).object ?? []);
}

function looks(make: (size: number) => Body, size: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const counting = <T extends object>(value: T, name: string) => counted(value, () => (counts[name] = (counts[name] ?? 0) + 1));
  const raw = make(size);
  inspect(counting(raw, "schema"));
  const { object } = inspect(raw);
  if (object === undefined) throw new Error("the sample does not fit its schema");
  for (const rule of RULES.filter(({ kinds }) => kinds.includes(object.kind))) rule.check(counting(object, rule.id));
  for (const rule of ANALYSIS_RULES.filter(({ kinds }) => kinds.includes(object.kind))) {
    rule.check(counting(object, rule.id), createWorld(others(size).map((other) => counting(other, rule.id))));
  }
  return counts;
}

describe("what each rule looks at grows as the object does", () => {
  it.each(Object.keys(SHAPES))("%s", (shape) => {
    const make = SHAPES[shape] ?? (() => ({}));
    const [small, large] = [looks(make, 150), looks(make, 600)];
    const growth = Object.entries(large).map(([rule, count]) => [rule, count / Math.max(small[rule] ?? 0, 200)] as const);
    expect(growth.filter(([, times]) => times > 4.5)).toEqual([]);
  });
});

describe("findings are bounded", () => {
  it("and an error is not lost behind warnings", () => {
    const bad = { match: [{ uri: { prefix: "/x" } }], route: [{ ...to("s"), weight: -1 }] };
    const { errors, warnings } = validateObject(
      document("VirtualService", { hosts: ["a.b"], http: [...many(5_000, () => ({ route: [to("s")] })), bad] }),
    );
    expect(errors).toMatchObject([{ code: expect.any(String), path: "spec.http[5000].route[0].weight" }]);
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)?.message).toContain("more warnings of this kind than the 100");
  });

  it("also where all of them are errors", () => {
    const { errors } = validateObject(document("VirtualService", { hosts: ["a.b"], http: many(1_000, () => ({ timeout: "1s" })) }));
    expect(errors.map(({ code }) => code).slice(-2)).toEqual([errors[0]?.code, "FL0112"]);
    expect(errors).toHaveLength(101);
  });
});

describe("what is too much to look at is not looked at", () => {
  const told = (spec: Body) => {
    const { errors, warnings } = validateObject(document("VirtualService", spec));
    return [errors, warnings].map((list) => list.map(({ code, path }) => `${code} ${path}`));
  };
  const rule = (match: unknown) => ({ hosts: ["a.b"], http: [{ match, route: [to("s")] }] });

  it("whether it stands in one list, in many, or in a map", () => {
    const refused = [["FL0114 spec"], []];
    expect(told(rule(many(100_001, () => ({}))))).toEqual(refused);
    expect(told({ hosts: ["a.b"], http: many(400, () => ({ match: many(400, () => ({})), route: [to("s")] })) })).toEqual(refused);
    const sourceLabels = Object.fromEntries(many(100_001, (i) => [`a${i}`, "b"]));
    expect(told(rule([{ sourceLabels }]))).toEqual(refused);
  });
});

describe("long texts are read once", () => {
  const policy = (trafficPolicy: Body) => validateObject(document("DestinationRule", { host: "s", trafficPolicy })).errors;
  const distribute = (to: Body) =>
    policy({ outlierDetection: {}, loadBalancer: { localityLbSetting: { distribute: [{ from: "a/*", to }] } } });

  it("such as places with many slashes, of which two make three parts", () => {
    const long = "a/".repeat(200_000);
    expect(distribute({ [`${long}b`]: 50, [`${long}c`]: 50 })).toEqual([]);
    expect(distribute({ "a/b/c/d": 50, "a/b/c": 50 })).toEqual([]);
    expect(distribute({ "a/b/c": 50, "a/b": 50 })).toMatchObject([{ code: "FL0520" }]);
  });

  it("such as conditions of retries, each told once", () => {
    const http = (retryOn: string) => [{ route: [to("s")], retries: { attempts: 1, retryOn } }];
    const { errors } = validateObject(document("VirtualService", { hosts: ["a.b"], http: http(`${"5xx ,".repeat(50_000)}5xx`) }));
    expect(errors).toMatchObject([{ code: "FL0414", path: "spec.http[0].retries.retryOn" }]);
  });

  it("such as names of gateways that are not listed", () => {
    const gateways = many(2_000, (i) => `shop/gateway-number-${i}`);
    const match = [{ gateways: many(2_000, (i) => `shop/gatewayy-numbr-${i}`) }];
    const { warnings } = validateObject(document("VirtualService", { hosts: ["a.b"], gateways, http: [{ match, route: [to("s")] }] }));
    expect(warnings.filter(({ code }) => code === "FL0448")).toHaveLength(100);
  });
});

describe("regular expressions", () => {
  const regexes = (...list: readonly string[]) =>
    validateObject(
      document("VirtualService", { hosts: ["a.b"], http: list.map((regex) => ({ match: [{ uri: { regex } }], route: [to("s")] })) }),
    );

  test("are looked at until they are too big together, and then it is said", () => {
    const costly = "x{1000}".repeat(3);
    const { errors, warnings } = regexes("(", ...many(20, (i) => `${costly}${i}`), ")");
    expect(errors).toMatchObject([{ code: "FL0210", path: "spec.http[0].match[0].uri.regex" }]);
    expect(warnings).toMatchObject([{ code: "FL0227", path: "spec.http[3].match[0].uri.regex" }]);
  });

  test("that are the same are looked at once", () => {
    expect(regexes(...many(300, () => "x{1000}".repeat(3))).warnings.map(({ code }) => code)).not.toContain("FL0227");
  });

  test.each(["(x{100}){10}", "((x{10}){10}){10}", "x{5,1000}", "x{1000,}"])("count their repetitions: %s", (regex) => {
    expect(regexes(...many(20, (i) => `${regex}${i}`.padEnd(30, "y"))).warnings.map(({ code }) => code)).toContain("FL0227");
  });
});
