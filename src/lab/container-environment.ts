import type { ContainerImage } from "./container-image.ts";
import { expandVariables } from "./expand-variables.ts";
import { podField, resourceField } from "./pod-fields.ts";
import type { ContainerSpec, EnvVar, PodManifest } from "./pod-spec.ts";

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Where a container runs: its pod and the pod's address. */
export interface PodPlace {
  readonly pod: PodManifest;
  readonly address: string;
}

/** The environment of a container: the image's, then the spec's in order. Throws for a source the runner does not know. */
export function containerEnvironment(place: PodPlace, container: ContainerSpec, image: ContainerImage): Readonly<Record<string, string>> {
  const base: Record<string, string> = { PATH: DEFAULT_PATH, HOSTNAME: place.pod.metadata.name ?? "", ...imageEnvironment(image) };
  const given: Record<string, string> = {};
  for (const variable of container.env ?? []) given[variable.name] = variableValue(place, container, variable, given);
  return { HOME: "/", ...base, ...given };
}

function imageEnvironment(image: ContainerImage): Record<string, string> {
  return Object.fromEntries(image.env.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

function variableValue(place: PodPlace, container: ContainerSpec, variable: EnvVar, before: Readonly<Record<string, string>>): string {
  if (!variable.valueFrom) return expandVariables(variable.value ?? "", before);
  const { fieldRef, resourceFieldRef } = variable.valueFrom;
  if (resourceFieldRef) {
    return resourceField(
      siblingOf(place, container, resourceFieldRef.containerName).resources,
      resourceFieldRef.resource,
      resourceFieldRef.divisor,
    );
  }
  const value = fieldRef ? podField(place.pod, place.address, fieldRef.fieldPath) : undefined;
  if (value === undefined) throw new Error(`container ${container.name}: variable ${variable.name} has a source the lab does not have`);
  return value;
}

function siblingOf(place: PodPlace, container: ContainerSpec, name: string | undefined): ContainerSpec {
  if (name === undefined || name === container.name) return container;
  const all = [...(place.pod.spec.initContainers ?? []), ...place.pod.spec.containers];
  return all.find((candidate) => candidate.name === name) ?? container;
}

/** What the container executes: `command` replaces the entrypoint, `args` replace the image's; a command without args drops them. */
export function containerCommand(
  container: ContainerSpec,
  image: ContainerImage,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const command = container.command ?? image.entrypoint;
  const args = container.args ?? (container.command ? [] : image.cmd);
  return [...command, ...args].map((word) => expandVariables(word, environment));
}
