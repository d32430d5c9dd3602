import fc from "fast-check";
import { expect, test } from "vitest";
import { readReview } from "../../../src/admission/read-review.ts";

const review = (request: unknown): Buffer =>
  Buffer.from(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request }));

test("any bytes are either a request or a refusal in words", () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    fc.jsonValue().map((value) => review(value)),
  );
  fc.assert(
    fc.property(bytes, (body) => {
      const read = readReview(Buffer.from(body));
      if (!read.ok) expect(read.error).toMatchObject({ status: 400, message: expect.stringMatching(/\w/) });
      else expect(read.value.uid).not.toBe("");
    }),
    { numRuns: 1000 },
  );
});

test("fields of a wrong kind are as good as absent", () => {
  const read = readReview(
    review({ uid: "u", kind: [], resource: 1, operation: {}, namespace: null, name: false, object: [], oldObject: "x" }),
  );
  expect(read).toMatchObject({ ok: true, value: { uid: "u", kind: "", operation: "", namespace: "", name: "" } });
  expect(read.ok && ["object", "oldObject"].filter((key) => key in read.value)).toEqual([]);
});

test("brackets inside of texts do not count as depth", () => {
  expect(readReview(review({ uid: "u", object: { text: '[{"\\"'.repeat(2000) } })).ok).toBe(true);
  expect(readReview(Buffer.from(`${"[".repeat(401)}`))).toMatchObject({ ok: false, error: { message: expect.stringContaining("nests") } });
  expect(readReview(Buffer.from("[".repeat(400))).ok).toBe(false);
});
