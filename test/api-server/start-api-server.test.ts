import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./child.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ controllerManager: true });
});
afterAll(() => server?.stop());

const exists = (path: string): Promise<boolean> =>
  server.admin.json({ path }).then(
    () => true,
    () => false,
  );

test("with the controller manager, namespaces get their service account and end when they are deleted", async () => {
  const path = "/api/v1/namespaces/short-lived";
  await server.admin.json({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name: "short-lived" } } });
  await until(
    () => exists(`${path}/serviceaccounts/default`),
    () => "no service account",
  );
  await server.admin.json({ method: "DELETE", path });
  await until(
    async () => !(await exists(path)),
    () => "the namespace stays",
  );
  expect(await exists(`${path}/serviceaccounts/default`)).toBe(false);
});
