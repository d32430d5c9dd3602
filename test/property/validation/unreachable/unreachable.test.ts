import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/telemetry/finding.ts";
import { validateObject } from "../../../../src/validation/validate-object.ts";
import { runs, seed } from "../../../soak/runs.ts";
import { bestTaker, type Connection, type ConnectionMatch, firstTaker, type Match, type Request, type RuleOf, takes } from "./evaluator.ts";
import { connection, finite, finiteMatch, GATEWAYS, httpRules, request, tcpRules, tlsRules } from "./samples.ts";

const route = [{ destination: { host: "s" } }];

function findings(part: "http" | "tcp" | "tls", rules: readonly RuleOf<object>[], gateways: readonly string[]): readonly Finding[] {
  const spec = { hosts: ["*.example.com"], gateways, [part]: rules.map((rule) => ({ ...rule, route })) };
  const object = { apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "a", namespace: "shop" }, spec };
  return validateObject(object).warnings.filter(({ code }) => code === "FL0435" || code === "FL0436");
}

/** `2` for a rule, `2.0` for a match, as the evaluator names them. */
function unreachable(found: readonly Finding[]): readonly string[] {
  return found.map(({ path }) =>
    path.replace(/^spec\.\w+\[(\d+)\](?:\.match\[(\d+)\])?$/, (_, rule, match) => (match ? `${rule}.${match}` : rule)),
  );
}

const isIn = (taker: string, dead: readonly string[]) => dead.includes(taker) || dead.includes(taker.split(".")[0] ?? "");

const gateways = fc.oneof(fc.constant(GATEWAYS), fc.subarray([...GATEWAYS], { minLength: 1 }));

const OPTIONS = { numRuns: runs({ usual: 400, soak: 20_000 }), seed: seed() };
const TIME = runs({ usual: 60_000, soak: 900_000 });

describe("what is said to be unreachable takes no call", () => {
  it(
    "of HTTP",
    () => {
      let [said, called] = [0, 0];
      fc.assert(
        fc.property(
          httpRules,
          gateways,
          fc.array(request, { minLength: 40, maxLength: 40 }),
          (rules, own, requests: readonly Request[]) => {
            const dead = unreachable(findings("http", rules, own));
            const takers = requests.flatMap((one) => firstTaker(rules, one, own) ?? []);
            said += dead.length;
            called += takers.length;
            expect(takers.filter((taker) => isIn(taker, dead))).toEqual([]);
          },
        ),
        OPTIONS,
      );
      // Neither side may have nothing to say.
      expect(said).toBeGreaterThan(OPTIONS.numRuns / 2);
      expect(called).toBeGreaterThan(OPTIONS.numRuns);
    },
    TIME,
  );

  it.each([
    ["tcp", tcpRules],
    ["tls", tlsRules],
  ] as const)(
    "of %s",
    (part, some) => {
      let [said, called] = [0, 0];
      fc.assert(
        fc.property(some, gateways, fc.array(connection, { minLength: 30, maxLength: 30 }), (rules, own, calls: readonly Connection[]) => {
          const dead = unreachable(findings(part, rules as readonly RuleOf<ConnectionMatch>[], own));
          const takers = calls.flatMap((one) => bestTaker(rules, one, own) ?? []);
          said += dead.length;
          called += takers.length;
          expect(takers.filter((taker) => isIn(taker, dead))).toEqual([]);
        }),
        OPTIONS,
      );
      expect(said).toBeGreaterThan(OPTIONS.numRuns / 4);
      expect(called).toBeGreaterThan(OPTIONS.numRuns);
    },
    TIME,
  );
});

describe("what one earlier match takes from another is found", () => {
  it(
    "where paths, methods and one header are compared",
    () => {
      let covered = 0;
      const isCovered = (wide: Match, narrow: Match) => finite.every((one) => !takes(narrow, one, ["mesh"]) || takes(wide, one, ["mesh"]));
      fc.assert(
        fc.property(fc.array(finiteMatch, { minLength: 2, maxLength: 6 }), (matches) => {
          const rules = matches.map((match) => ({ match: [match] }));
          const dead = matches.flatMap((narrow, index) =>
            matches.slice(0, index).some((wide) => isCovered(wide, narrow)) ? [`${index}`] : [],
          );
          covered += dead.length;
          expect(unreachable(findings("http", rules, ["mesh"]))).toEqual(dead);
        }),
        OPTIONS,
      );
      expect(covered).toBeGreaterThan(OPTIONS.numRuns / 2);
    },
    TIME,
  );
});
