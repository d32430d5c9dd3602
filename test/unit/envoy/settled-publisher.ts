import { createPublisher, type LivePublisher } from "../../../src/envoy/live-publisher.ts";
import type { OnFailure } from "../../../src/model/evaluation.ts";

const throwing: OnFailure = (query, arg, error) => {
  throw new Error(`${query} ${arg}`, { cause: error });
};

/** A publisher whose `apply` returns when everything that came of it was told. */
export function settledPublisher(onFailure: OnFailure = throwing): LivePublisher {
  const tasks: (() => void)[] = [];
  const publisher = createPublisher({ onFailure, take: (task) => void tasks.push(task) });
  const apply: LivePublisher["apply"] = (delta) => {
    publisher.apply(delta);
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      task();
    }
  };
  return { ...publisher, subscribe: publisher.subscribe.bind(publisher), work: publisher.work.bind(publisher), apply };
}
