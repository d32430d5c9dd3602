import { describe, expect, it } from "vitest";
import { type Case, findings } from "./verdict.ts";

const route = [{ destination: { host: "reviews" } }];

/** A VirtualService with one HTTP rule. */
function rule(fields: object): object {
  return { hosts: ["reviews"], http: [{ route, ...fields }] };
}

function matching(match: object): object {
  return rule({ match: [match] });
}

/** A fixed answer. */
function body(string: string): object {
  return { hosts: ["reviews"], http: [{ directResponse: { status: 200, body: { string } } }] };
}

function headersOf(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, "1"]));
}

const at = "spec.http[0]";

const CASES: readonly Case[] = [
  ["one route", rule({}), []],
  ["nothing", { hosts: ["a"] }, ["FL0401 spec"]],
  ["no hosts, yet a gateway", { gateways: ["g"], http: [{ route }] }, ["FL0426 spec.hosts"]],
  ["`*` on the mesh", { hosts: ["*"], http: [{ route }] }, ["FL0423 spec.hosts[0]"]],
  ["`*` on a gateway", { hosts: ["*"], gateways: ["ns/g"], http: [{ route }] }, []],
  ["bad host", { hosts: ["a!"], http: [{ route }] }, ["FL0202 spec.hosts[0]"]],
  ["bad gateway", { hosts: ["a"], gateways: ["a/b/c"], http: [{ route }] }, ["FL0425 spec.gateways[0]"]],
  ["gateway by host", { hosts: ["a"], gateways: ["g.ns.svc.cluster.local"], http: [{ route }] }, ["FL0424 spec.gateways[0]?"]],
  ["no target", { hosts: ["a"], http: [{}] }, [`FL0402 ${at}`]],
  ["two targets", rule({ redirect: { uri: "/" } }), [`FL0220 ${at}`]],
  ["redirect and rewrite", { hosts: ["a"], http: [{ redirect: { uri: "/" }, rewrite: { uri: "/" } }] }, [`FL0220 ${at}`]],
  [
    "wildcard destination",
    { hosts: ["a"], http: [{ route: [{ destination: { host: "*" } }] }] },
    [`FL0405 ${at}.route[0].destination.host`],
  ],
  [
    "bad subset",
    { hosts: ["a"], http: [{ route: [{ destination: { host: "a", subset: "v 1" } }] }] },
    [`FL0502 ${at}.route[0].destination.subset`],
  ],
  [
    "bad port",
    { hosts: ["a"], http: [{ route: [{ destination: { host: "a", port: { number: 0 } } }] }] },
    [`FL0206 ${at}.route[0].destination.port.number`],
  ],
  ["weights of 0", { hosts: ["a"], http: [{ route: [...route, ...route] }] }, [`FL0403 ${at}.route`]],
  ["negative weight", { hosts: ["a"], http: [{ route: [{ ...route[0], weight: -1 }] }] }, [`FL0404 ${at}.route[0].weight`]],
  ["empty prefix", matching({ authority: { prefix: "" } }), [`FL0408 ${at}.match[0].authority.prefix`]],
  ["empty prefix of a path: every path", matching({ uri: { prefix: "" } }), []],
  ["look-ahead", matching({ uri: { regex: "a(?=b)" } }), [`FL0210 ${at}.match[0].uri.regex`]],
  ["two ways to match", matching({ uri: { exact: "/a", prefix: "/" } }), [`FL0220 ${at}.match[0].uri`]],
  ["header that is there", matching({ headers: { "x-a": {} } }), []],
  ["bad header name", matching({ headers: { "x a": { exact: "1" } } }), [`FL0406 ${at}.match[0].headers["x a"]`]],
  ["header of HTTP/2", matching({ headers: { ":method": { exact: "GET" } } }), []],
  ["any method for browsers", rule({ corsPolicy: { allowMethods: ["*"] } }), []],
  ["caller's namespace in upper case", matching({ sourceNamespace: "NS" }), [`FL0232 ${at}.match[0].sourceNamespace?`]],
  ["caller's namespace that is none", matching({ sourceNamespace: "a_b" }), [`FL0228 ${at}.match[0].sourceNamespace`]],
  [
    "caller's namespace that is none, of TCP",
    { hosts: ["a"], tcp: [{ match: [{ sourceNamespace: "a_b" }], route }] },
    ["FL0232 spec.tcp[0].match[0].sourceNamespace?"],
  ],
  ["gateway of a namespace in upper case", { hosts: ["a"], gateways: ["NS/g"], http: [{ route }] }, ["FL0232 spec.gateways[0]?"]],
  ["port to match", matching({ port: 70000 }), [`FL0206 ${at}.match[0].port`]],
  ["take out a pseudo header", rule({ headers: { request: { remove: [":path"] } } }), [`FL0406 ${at}.headers.request.remove[0]`]],
  ["percent sign", rule({ headers: { request: { set: { a: "100%" } } } }), [`FL0407 ${at}.headers.request.set.a`]],
  ["1,000 headers", rule({ headers: { request: { set: headersOf(500), add: headersOf(500) } } }), []],
  ["1,001 headers", rule({ headers: { request: { set: headersOf(500), add: headersOf(501) } } }), [`FL1409 ${at}.headers.request`]],
  ["a header of 16 kB", rule({ headers: { response: { set: { a: "x".repeat(16_384) } } } }), []],
  [
    "a header of more than 16 kB, in bytes",
    rule({ headers: { response: { set: { a: "ü".repeat(8_193) } } } }),
    [`FL1408 ${at}.headers.response.set.a`],
  ],
  ["parentheses in a command", rule({ headers: { request: { set: { a: `%CEL(request.headers['a'].matches("(b)"))%` } } } }), []],
  ["percent signs that mean something", rule({ headers: { request: { set: { a: "%START_TIME(%s)% 5%% %PROTOCOL%" } } } }), []],
  [
    "host twice",
    rule({ rewrite: { authority: "a" }, headers: { request: { set: { ":authority": "b" } } } }),
    [`FL0422 ${at}.rewrite.authority`],
  ],
  ["empty rewrite", rule({ rewrite: {} }), [`FL0421 ${at}.rewrite`]],
  ["half a rewrite", rule({ rewrite: { uriRegexRewrite: { match: "a" } } }), [`FL0420 ${at}.rewrite.uriRegexRewrite`]],
  ...[300, 304, 305, 306, 309, 399].map(
    (redirectCode): Case => [
      `redirect code ${redirectCode}`,
      { hosts: ["a"], http: [{ redirect: { uri: "/", redirectCode } }] },
      [`FL0446 ${at}.redirect.redirectCode?`],
    ],
  ),
  ...[0, 301, 302, 303, 307, 308].map(
    (redirectCode): Case => [`redirect code ${redirectCode}`, { hosts: ["a"], http: [{ redirect: { uri: "/", redirectCode } }] }, []],
  ),
  ...(
    [
      ["one of the list", ["g"], ["g"], []],
      ["the same by its namespace", ["g"], ["shop/g"], []],
      ["the mesh, where none is listed", undefined, ["mesh"], []],
      ["the mesh, where it is not listed", ["g"], ["mesh"], [`FL0448 ${at}.match[0].gateways[0]?`]],
      ["one that is not listed", ["g", "mesh"], ["h-else"], [`FL0448 ${at}.match[0].gateways[0]?`]],
      ["one beside one that is not", ["gate"], ["gate", "gatw"], [`FL0448 ${at}.match[0].gateways[1]?`]],
      ["a gateway called mesh", ["mesh"], ["shop/mesh"], [`FL0448 ${at}.match[0].gateways[0]?`]],
    ] as const
  ).map(
    ([what, gateways, matched, found]): Case => [
      `a match for ${what}`,
      { hosts: ["a"], ...(gateways && { gateways }), http: [{ match: [{ gateways: matched }], redirect: { uri: "/" } }] },
      found,
    ],
  ),
  ["a match of what is delegated to", { http: [{ match: [{ gateways: ["g"] }], redirect: { uri: "/" } }] }, []],
  ["redirect code alone", { hosts: ["a"], http: [{ redirect: { redirectCode: 308 } }] }, [`FL0416 ${at}.redirect`]],
  ["redirect code 200", { hosts: ["a"], http: [{ redirect: { uri: "/", redirectCode: 200 } }] }, [`FL0417 ${at}.redirect.redirectCode`]],
  ["redirect to nothing", { hosts: ["a"], http: [{ redirect: {} }] }, [`FL0416 ${at}.redirect`]],
  ["redirect to ftp", { hosts: ["a"], http: [{ redirect: { scheme: "ftp" } }] }, [`FL0418 ${at}.redirect.scheme`]],
  [
    "prefix rewrite without prefix",
    { hosts: ["a"], http: [{ redirect: { prefixRewrite: "/" } }] },
    [`FL0419 ${at}.redirect.prefixRewrite`],
  ],
  ["fixed answer 99", { hosts: ["a"], http: [{ directResponse: { status: 99 } }] }, [`FL0410 ${at}.directResponse.status`]],
  ["body of 101 kB", body("x".repeat(101 * 1024)), [`FL0443 ${at}.directResponse.body?`]],
  ["body of 1 MB and more", body("x".repeat(1024 * 1024 + 1)), [`FL0442 ${at}.directResponse.body`]],
  ["body of 100 kB", body("x".repeat(100 * 1024)), []],
  ["no fault", rule({ fault: {} }), [`FL0409 ${at}.fault`]],
  ["abort without status", rule({ fault: { abort: { percentage: { value: 1 } } } }), [`FL0412 ${at}.fault.abort?`]],
  ["delay without duration", rule({ fault: { delay: {} } }), [`FL0413 ${at}.fault.delay?`]],
  [
    "share of 101",
    rule({ fault: { delay: { fixedDelay: "1s", percentage: { value: 101 } } } }),
    [`FL0213 ${at}.fault.delay.percentage.value`],
  ],
  ["unknown gRPC status", rule({ fault: { abort: { grpcStatus: "NO" } } }), [`FL0411 ${at}.fault.abort.grpcStatus`]],
  ["timeout of nothing", rule({ timeout: "0s" }), [`FL0211 ${at}.timeout`]],
  ["timeout too small", rule({ timeout: "1us" }), [`FL0211 ${at}.timeout`]],
  ["timeout too fine", rule({ timeout: "1.0001s" }), [`FL0212 ${at}.timeout`]],
  ["unknown retry condition", rule({ retries: { attempts: 1, retryOn: "5xx,conect-failure" } }), [`FL0414 ${at}.retries.retryOn`]],
  ["retries off and set", rule({ retries: { perTryTimeout: "1s" } }), [`FL0415 ${at}.retries`]],
  ["negative retries", rule({ retries: { attempts: -1 } }), [`FL0219 ${at}.retries.attempts`]],
  ["both mirrors", rule({ mirror: { host: "a" }, mirrors: [{ destination: { host: "a" } }] }), [`FL0220 ${at}`]],
  ["old mirror share", rule({ mirror: { host: "a" }, mirrorPercent: 200 }), [`FL0431 ${at}.mirrorPercent`, `FL0438 ${at}.mirrorPercent?`]],
  ["unknown CORS method", rule({ corsPolicy: { allowMethods: ["FETCH"] } }), [`FL0437 ${at}.corsPolicy.allowMethods[0]`]],
  ["CORS age in milliseconds", rule({ corsPolicy: { maxAge: "1500ms" } }), [`FL0212 ${at}.corsPolicy.maxAge`]],
  ["delegate without name", { hosts: ["a"], http: [{ delegate: {} }] }, [`FL0429 ${at}.delegate.name`]],
  ["delegate and route", rule({ delegate: { name: "b" } }), [`FL0428 ${at}.route`]],
  [
    "rule behind one for all",
    {
      hosts: ["a"],
      http: [
        { name: "all", route },
        { route, match: [{ uri: { prefix: "/" } }] },
      ],
    },
    ["FL0435 spec.http[1]?"],
  ],
  ["TLS without names", { hosts: ["a.b"], tls: [{ match: [{ sniHosts: [] }], route }] }, ["FL0432 spec.tls[0].match[0].sniHosts"]],
  [
    "TLS name outside hosts",
    { hosts: ["a.b"], tls: [{ match: [{ sniHosts: ["c.d"] }], route }] },
    ["FL0433 spec.tls[0].match[0].sniHosts[0]"],
  ],
  ["TLS by wildcard", { hosts: ["*.b"], tls: [{ match: [{ sniHosts: ["a.b", "*.a.b"] }], route }] }, []],
  ["TCP without route", { hosts: ["a.b"], tcp: [{ match: [{ port: 80 }] }] }, ["FL0402 spec.tcp[0]"]],
  [
    "TCP, bad range",
    { hosts: ["a.b"], tcp: [{ match: [{ destinationSubnets: ["10.0.0.0/99"] }], route }] },
    ["FL0205 spec.tcp[0].match[0].destinationSubnets[0]"],
  ],
  ["exported to none", { ...rule({}), exportTo: ["~"] }, ["FL0214 spec.exportTo[0]"]],
];

describe("VirtualService", () => {
  it.each(CASES)("%s", (_, spec, found) => expect(findings("VirtualService", spec)).toEqual(found));
});
