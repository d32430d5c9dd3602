interface Elsewhere {
  readonly reason: string;
  /** Test that shows what draws the message and what does not; absent where nothing can draw it. */
  readonly shownBy?: string;
}

/** Codes that no case of this folder can show. The list only shrinks. */
export const WITHOUT_CASE: ReadonlyMap<string, Elsewhere> = new Map([
  ["FL0112", { reason: "stands behind as many other errors as are listed", shownBy: "test/unit/validation/growth.test.ts" }],
  ["FL0114", { reason: "a hundred thousand entries fill more than a page", shownBy: "test/unit/validation/growth.test.ts" }],
  ["FL0122", { reason: "stands behind as many other warnings as are listed", shownBy: "test/unit/validation/metadata.test.ts" }],
  ["FL0904", { reason: "a disk that does not give a file says so", shownBy: "test/unit/source/file-source.test.ts" }],
  ["FL0907", { reason: "a bug of ours, which would be put right instead" }],
  ["FL1409", { reason: "a thousand headers fill more than a page", shownBy: "test/unit/validation/virtual-service.test.ts" }],
]);
