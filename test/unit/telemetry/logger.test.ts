import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";

function collected() {
  const lines: string[] = [];
  const logger = createLogger({ name: "test", destination: { write: (line: string) => void lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? "null") as Record<string, unknown> };
}

describe("logger", () => {
  it("writes one JSON line with the level's name and the time of RFC 3339", () => {
    const { logger, last } = collected();
    logger.warn({ namespace: "shop" }, "listened");
    expect(last()).toMatchObject({ level: "warn", name: "test", namespace: "shop", msg: "listened" });
    expect(last()["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
  });

  it("never writes a secret", () => {
    const { logger, lines } = collected();
    logger.info({ token: "s3cret", request: { authorization: "s3cret" }, secret: { data: { "tls.key": "s3cret" } } }, "answered");
    expect(lines.join("")).not.toContain("s3cret");
    expect(lines.join("")).toContain("[redacted]");
  });

  it("changes its level while it runs", () => {
    const { logger, lines } = collected();
    logger.debug("unheard");
    logger.level = "debug";
    logger.debug("heard");
    expect(lines.length).toBe(1);
  });
});

describe("metrics", () => {
  it("keeps each program's metrics apart", async () => {
    const [one, other] = [createMetrics({ version: "1.2.3" }), createMetrics({ version: "1.2.3" })];
    one.counter("pushes_total", "Pushes.", ["type"]).inc({ type: "cds" }, 2);
    expect(await one.text()).toContain('pushes_total{type="cds"} 2');
    expect(await one.text()).toContain('fairlead_build_info{version="1.2.3"} 1');
    expect(await other.text()).not.toContain("pushes_total");
  });
});
