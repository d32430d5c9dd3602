import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOGUE, finding } from "../../../src/telemetry/catalogue.ts";
import { messagesPage } from "../../../tools/messages.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

describe("catalogue", () => {
  it("has each code once, in one form", () => {
    const codes = Object.values(CATALOGUE).map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(50);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^FL\d{4}$/);
  });

  it("has only messages that something says", () => {
    const files = globSync("src/**/*.ts", { cwd: ROOT, exclude: ["src/gen/**", "src/telemetry/messages/**"] });
    const source = files.map((file) => readFileSync(resolve(ROOT, file), "utf8")).join("\n");
    expect(Object.keys(CATALOGUE).filter((id) => !source.includes(`"${id}"`))).toEqual([]);
  });

  it("is what docs/messages.md says", () => {
    expect(readFileSync(resolve(ROOT, "docs/messages.md"), "utf8")).toBe(messagesPage());
  });

  it("fills in values, and cuts long ones", () => {
    expect(finding("badPort", "spec.ports[0].number", { value: 70000 })).toEqual({
      code: "FL0206",
      level: "error",
      path: "spec.ports[0].number",
      message: "70000 is not a port; write a number from 1 to 65535",
    });
    expect(finding("badPort", "", { value: "9".repeat(5000) }).message.length).toBeLessThan(300);
  });

  it("does not fill in what a value looks like", () => {
    expect(finding("badHost", "", { value: "{fault}", fault: "empty" }).message).toContain('"{fault}" is empty');
  });
});
