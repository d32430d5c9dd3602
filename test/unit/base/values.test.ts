import { describe, expect, it } from "vitest";
import { isIp, isIpv4, isIpv6, parseRange } from "../../../src/base/address.ts";
import { durationMs, durationNanos } from "../../../src/base/duration.ts";
import { nearest } from "../../../src/base/nearest.ts";
import { regexFault } from "../../../src/base/regex.ts";

describe("durations", () => {
  it.each([
    ["0", 0n],
    ["0s", 0n],
    ["10ms", 10_000_000n],
    ["1.5s", 1_500_000_000n],
    [".5s", 500_000_000n],
    ["1.s", 1_000_000_000n],
    ["1h30m", 5_400_000_000_000n],
    ["-1s", -1_000_000_000n],
    ["2.000000042s", 2_000_000_042n],
    ["1µs", 1_000n],
  ])("%s", (text, nanos) => expect(durationNanos(text)).toBe(nanos));

  it.each(["", "1", "s", ".s", "1d", "1 s", "1s ", "1s2", "--1s", "1e3s", "9999999999999h", "1".repeat(100)])("%s is none", (text) =>
    expect(durationNanos(text)).toBeUndefined(),
  );

  it("gives milliseconds with fractions", () => expect(durationMs("1.5ms")).toBe(1.5));
});

describe("addresses", () => {
  it.each(["10.0.0.1", "0.0.0.0", "::1", "2001:db8::1", "::ffff:10.0.0.1"])("%s is one", (text) => expect(isIp(text)).toBe(true));

  it.each(["", "10.0.0", "010.0.0.1", "0x7f.1", "256.0.0.1", "1.2.3.4.5", "fe80::1%eth0", "[::1]", "a.b", ":", "10.0.0.1 "])(
    "%s is none",
    (text) => expect(isIp(text)).toBe(false),
  );

  it("knows the family", () => expect([isIpv4("::1"), isIpv6("10.0.0.1")]).toEqual([false, false]));

  it("reads ranges", () => {
    expect(parseRange("10.1.2.3/8")).toEqual({ address: "10.1.2.3", prefix: 8, family: 4 });
    expect(parseRange("2001:db8::/32")).toEqual({ address: "2001:db8::", prefix: 32, family: 6 });
    expect(parseRange("10.0.0.1")).toEqual({ address: "10.0.0.1", prefix: 32, family: 4 });
    for (const bad of ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "a/8", "10.0.0.0/8/8"]) expect(parseRange(bad)).toBeUndefined();
  });
});

describe("regular expressions", () => {
  it("takes RE2's and says what is wrong with others", () => {
    expect(regexFault("^/a/(b|c).*$")).toBeUndefined();
    expect(regexFault("a(?=b)")).toBeTypeOf("string");
    expect(regexFault("(")).toBeTypeOf("string");
  });
});

describe("nearest", () => {
  it("finds what was meant, or nothing", () => {
    expect(nearest("resoltuion", ["resolution", "hosts"])).toBe("resolution");
    expect(nearest("Hosts", ["resolution", "hosts"])).toBe("hosts");
    expect(nearest("foo", ["resolution", "hosts"])).toBeUndefined();
    expect(nearest("x".repeat(10_000), ["x"])).toBeUndefined();
  });
});
