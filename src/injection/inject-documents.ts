import { err, ok, type Result } from "../base/result.ts";
import { type DocumentInput, type DocumentRefusal, type InjectedDocument, injectDocument } from "./inject-document.ts";

/** All documents in order, or every refusal: nothing is half done. */
export function injectDocuments(
  documents: readonly unknown[],
  input: DocumentInput,
): Result<readonly InjectedDocument[], readonly DocumentRefusal[]> {
  const results = documents.map((document) => injectDocument(document, input));
  const refusals = results.flatMap((result) => (result.ok ? [] : [result.error]));
  if (refusals.length > 0) return err(refusals);
  return ok(results.flatMap((result) => (result.ok ? [result.value] : [])));
}
