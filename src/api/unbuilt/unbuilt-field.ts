/** What it means to who writes something that is not carried out. */
export interface Meanwhile {
  /** What happens while nothing carries it out; half a sentence. */
  readonly meanwhile: string;
  /** What comes near to what was meant; half a sentence. */
  readonly instead?: string;
}

/** Fields that are stored but not carried out yet. */
export interface UnbuiltField extends Meanwhile {
  /** Patterns of paths below the body: `[]` stands for any entry of a list, `{}` of a map, `=V` for that value alone, upper or lower case. */
  readonly paths: readonly string[];
  /** Values it is for, in words, where no pattern can tell: a rule in `src/validation` finds them. */
  readonly only?: string;
  /** List for whose entries it is told once, where several fields of an entry have it come to the same. */
  readonly oncePer?: string;
}

/** What happens in place of looking at where something runs, and on which network. */
export const PLACES_ALIKE = "endpoints of all places are alike";
export const CALLED_DIRECTLY = "the workload is called directly, whatever its network";

export function unbuilt(paths: string | readonly string[], meanwhile: string, instead?: string): UnbuiltField {
  return { paths: typeof paths === "string" ? [paths] : paths, meanwhile, ...(instead !== undefined && { instead }) };
}

/** What the warning adds to say what happens, and what to write. */
export function meanwhileOf({ meanwhile, instead }: Meanwhile): string {
  return `: ${meanwhile}${instead === undefined ? "" : `; ${instead}`}`;
}
