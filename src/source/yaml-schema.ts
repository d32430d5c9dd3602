import { Scalar, type ScalarTag, Schema, type Tags } from "yaml";

const TRUE = /^(?:yes|Yes|YES|on|On|ON|[Tt]rue|TRUE)$/;
const FALSE = /^(?:no|No|NO|off|Off|OFF|[Ff]alse|FALSE)$/;

/**
 * True and false as kubectl reads them, which is YAML 1.1: `on` and `yes` are no text unless they are quoted. A lone `y` or `n`, which
 * kubectl takes for one too, stays text: who writes it means a letter, and most readers of YAML agree.
 */
const booleans: ScalarTag = {
  identify: (value) => typeof value === "boolean",
  default: true,
  tag: "tag:yaml.org,2002:bool",
  test: new RegExp(`${TRUE.source}|${FALSE.source}`),
  resolve: (text) => new Scalar(TRUE.test(text)),
  stringify: ({ source, value }) => source ?? String(value),
};

const tags = (core: Tags): Tags => [...core.filter((tag) => typeof tag !== "string" && tag.tag !== booleans.tag), booleans];

/** What a scalar means to kubectl, and that `<<` takes in another mapping. */
export const KUBERNETES_SCHEMA = new Schema({ schema: "core", merge: true, customTags: tags });
