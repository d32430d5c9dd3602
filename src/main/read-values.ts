import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "../base/result.ts";
import { type InjectionValues, injectionValues, valuesProblem } from "../injection/injection-values.ts";
import { readYaml } from "../source/yaml-text.ts";

/** One YAML (or JSON) document, or what is wrong with it. */
export function parseYaml(text: string): Result<unknown, string> {
  const [first, ...others] = readYaml(text);
  if (others.length > 0) {
    return err("write one document, without a line of ---");
  }
  const [fault] = first?.broken ?? [];
  return fault === undefined ? ok(first?.value) : err(`line ${fault.line}: ${fault.fault}`);
}

/** Reads a file of YAML or JSON; rejects with the file's name and what is wrong. */
export async function readYamlFile(file: string): Promise<unknown> {
  const parsed = parseYaml(await readFile(file, "utf8"));
  if (!parsed.ok) {
    throw new Error(`${file}: ${parsed.error}`);
  }
  return parsed.value;
}

/** The chart's values from a file; its defaults where no file is given. Rejects with the file's name and what is wrong. */
export async function readValues(file: string | undefined): Promise<InjectionValues> {
  if (file === undefined) return injectionValues({});
  const raw = await readYamlFile(file);
  const problem = valuesProblem(raw);
  if (problem !== undefined) throw new Error(`${file}: ${problem}`);
  return injectionValues(raw);
}
