type Labels = Readonly<Record<string, string>>;

export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** A selector of Kubernetes (meta/v1 LabelSelector): all that it says must hold; one that says nothing fits everything. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelRequirement[];
}

type Test = (value: string | undefined, values: readonly string[]) => boolean;

/** As Kubernetes has it, NotIn also holds where the label is missing. */
const TESTS: Readonly<Record<LabelRequirement["operator"], Test>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

const own = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);

export function fitsSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  const plain = Object.entries(matchLabels).every(([key, value]) => own(labels, key) === value);
  return plain && matchExpressions.every(({ key, operator, values = [] }) => TESTS[operator](own(labels, key), values));
}
