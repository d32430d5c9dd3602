import { expect, test } from "vitest";
import type { StoredObject } from "../../../src/api/object.ts";
import { createObjectIntake } from "../../../src/source/kubernetes/object-intake.ts";
import type { RawObject } from "../../../src/source/kubernetes/raw-object.ts";
import { createProblemList } from "../../../src/source/problem-list.ts";
import { silent } from "../status/fake-api.ts";

const address = { value: "240.240.0.1", host: "a.example.com" };

function taken(...statuses: readonly unknown[]): readonly (StoredObject | undefined)[] {
  const noted: (StoredObject | undefined)[] = [];
  const intake = createObjectIntake(
    createProblemList(silent, () => undefined),
    (_key, _before, after) => void noted.push(after),
  );
  for (const [index, status] of statuses.entries()) {
    const metadata = { name: "a", namespace: "shop", resourceVersion: `${index + 1}` };
    const raw: RawObject = {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata,
      spec: { hosts: ["a.example.com"] },
      status,
    };
    intake.upsert("ServiceEntry", raw);
  }
  return noted;
}

test("an address that is given or taken away is a change; a condition, or what is not read of a status, is none", () => {
  const told = [{ conditions: [{ type: "Accepted" }], addresses: [{ ...address, zone: 1 }, {}] }, { addresses: [address] }];
  const noted = taken(undefined, { conditions: [] }, { addresses: [address] }, ...told, { addresses: [{ ...address, host: "b" }] }, {});
  expect(noted.map((object) => object?.status?.addresses[0]?.host)).toEqual([undefined, "a.example.com", "b", undefined]);
});
