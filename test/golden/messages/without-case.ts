/** Codes that have no case in this folder, a range each. The list of those that may yet get one only shrinks. */
export const WITHOUT_CASE: ReadonlySet<string> = new Set([
  // No field has a form of its own yet, beside durations.
  "FL0108",
  // Their case is too big for a page; test/unit/validation has it.
  ..."FL0112 FL0122 FL0442 FL0443 FL1409".split(" "),
  ..."FL0901 FL0902 FL0903 FL0904 FL0905 FL0906 FL0907 FL0908".split(" "),
]);
