import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AgentOptions } from "../../../src/agent/agent-options.ts";
import type { AgentParts } from "../../../src/agent/agent-parts.ts";
import { openConfiguration } from "../../../src/agent/configuration.ts";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";

test.each([
  ["captured", { dnsServers: ["10.96.0.10"] }, true],
  ["captured, with no server to pass them on to", { dnsServers: [] }, true],
  ["not captured", {}, false],
])("names are asked for where DNS queries are %s: %j", (_, dns, asked) => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-configuration-"));
  const trust = { rootPem: () => "", identity: () => undefined };
  const options = { paths: { data: folder }, ...dns } as unknown as AgentOptions;
  const { relay, store } = openConfiguration(options, {} as AgentParts, trust);
  expect(relay.wanted().get(TYPE_URLS.domain)?.wildcard).toBe(asked);
  store.close();
  rmSync(folder, { recursive: true });
});
