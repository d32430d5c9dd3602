/** What a checker found. `checked` counts what it looked at; a checker that looked at nothing proved nothing. */
export interface Report {
  readonly checked: number;
  /** One line each, `path:line message` where there is a place. */
  readonly problems: readonly string[];
}

/** Nothing checked is a problem of its own: a glob that matches no file must not look like a clean house. */
export function complete(report: Report, what: string): Report {
  return report.checked > 0 ? report : { ...report, problems: [...report.problems, `checked no ${what}: the check itself is broken`] };
}
