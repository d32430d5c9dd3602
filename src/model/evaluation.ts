// Answers derived from a snapshot, kept and kept right.
//
//   facts ◄── query ◄── query ◄── …        changed facts mark what lies above them; nothing is computed until asked
//
// A query is a pure function of its argument and of what it asks through its reader. What it asked *is* the dependency
// index: when none of that changed, the kept answer stands; when it is computed again and comes out equal, nothing above it
// is computed.
import { isDeepStrictEqual } from "node:util";
import { type Fact, factOf, type Index } from "./fact.ts";
import { answer, emptySnapshot, type Snapshot } from "./snapshot.ts";

/** What a query may ask. Every call is recorded. */
export interface Reader {
  ask<V>(index: Index<V>, key: string): readonly V[];
  get<V>(query: Query<V>, arg: string): V;
  /** Tells that a part of the answer was left out, and why: it could not be built, or would be refused. */
  leaveOut(reason: unknown): void;
}

/** `name` and the argument identify the answer. Answers are compared deeply, or by `equal` where that says the same faster. */
export interface Query<V> {
  readonly name: string;
  compute(reader: Reader, arg: string): V;
  equal?(a: V, b: V): boolean;
  /** The answer where `compute` threw: a bug met by one object must harm nothing else. Without it the error goes up. */
  recover?(): V;
}

/** Told of every query that threw and recovered, or left a part out. */
export type OnFailure = (query: string, arg: string, error: unknown) => void;

/** Work done since the start, for tests and metrics. */
export interface WorkCount {
  readonly factsAsked: number;
  readonly computed: number;
}

export interface Evaluation {
  /** The answer, computed only where something it rests on has changed. */
  get<V>(query: Query<V>, arg: string): V;
  /** Goes on to a later snapshot. Returns the ids (see `idOf`) of kept answers that may have changed. */
  advance(snapshot: Snapshot, changed: ReadonlySet<Fact>): ReadonlySet<string>;
  /** A number that grows with each change of the answer's value; for comparing before and after. */
  revision(id: string): number | undefined;
  /** Keeps an answer although nothing rests on it, until released as often. */
  hold(id: string): void;
  release(id: string): void;
  count(): WorkCount;
  /** How many answers are kept. */
  size(): number;
}

type State = "clean" | "suspect" | "stale";

interface Node {
  readonly id: string;
  readonly query: Query<unknown>;
  readonly arg: string;
  value: unknown;
  state: State;
  /** Evaluation revision at which the value last changed. */
  changedAt: number;
  /** Facts and ids this rests on, in the order asked. */
  facts: ReadonlySet<Fact>;
  inputs: ReadonlyMap<string, number>;
  readonly dependents: Set<string>;
  holds: number;
}

export function idOf(query: Query<unknown>, arg: string): string {
  return `${query.name}:${arg}`;
}

export function createEvaluation(onFailure: OnFailure): Evaluation {
  return new MemoTable(onFailure);
}

class MemoTable implements Evaluation {
  readonly #nodes = new Map<string, Node>();
  readonly #askers = new Map<Fact, Set<string>>();
  readonly #running: string[] = [];
  #snapshot: Snapshot = emptySnapshot;
  #revision = 1;
  #factsAsked = 0;
  #computed = 0;
  readonly #onFailure: OnFailure;

  constructor(onFailure: OnFailure) {
    this.#onFailure = onFailure;
  }

  get<V>(query: Query<V>, arg: string): V {
    return this.#fresh(query as Query<unknown>, arg).value as V;
  }

  advance(snapshot: Snapshot, changed: ReadonlySet<Fact>): ReadonlySet<string> {
    this.#snapshot = snapshot;
    this.#revision++;
    const touched = new Set<string>();
    for (const fact of changed) {
      for (const id of this.#askers.get(fact) ?? []) {
        this.#mark(id, "stale", touched);
      }
    }
    return touched;
  }

  revision(id: string): number | undefined {
    return this.#nodes.get(id)?.changedAt;
  }

  hold(id: string): void {
    const node = this.#nodes.get(id);
    if (node !== undefined) {
      node.holds++;
    }
  }

  release(id: string): void {
    const node = this.#nodes.get(id);
    if (node !== undefined) {
      node.holds--;
      this.#dropIfUnused(node);
    }
  }

  count(): WorkCount {
    return { factsAsked: this.#factsAsked, computed: this.#computed };
  }

  size(): number {
    return this.#nodes.size;
  }

  #mark(id: string, state: State, touched: Set<string>): void {
    const pending: [string, State][] = [[id, state]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const node = this.#nodes.get(next[0]);
      if (node === undefined || node.state === "stale" || (touched.has(node.id) && next[1] === "suspect")) {
        continue;
      }
      node.state = next[1];
      touched.add(node.id);
      for (const dependent of node.dependents) {
        pending.push([dependent, "suspect"]);
      }
    }
  }

  #fresh(query: Query<unknown>, arg: string): Node {
    const id = idOf(query, arg);
    const node = this.#nodes.get(id);
    if (node === undefined) {
      return this.#compute({
        id,
        query,
        arg,
        value: undefined,
        state: "stale",
        changedAt: 0,
        facts: new Set(),
        inputs: new Map(),
        dependents: new Set(),
        holds: 0,
      });
    }
    if (node.state === "suspect" && this.#inputsStand(node)) {
      node.state = "clean";
    }
    return node.state === "clean" ? node : this.#compute(node);
  }

  /** True where every answer this one rests on, brought up to date, is the one it was computed from. */
  #inputsStand(node: Node): boolean {
    for (const [id, changedAt] of node.inputs) {
      const input = this.#nodes.get(id);
      // A list of thousands rests mostly on what has not been touched: that is told by one look.
      const now = input === undefined || input.state === "clean" ? input : this.#fresh(input.query, input.arg);
      if (now?.changedAt !== changedAt) {
        return false;
      }
    }
    return true;
  }

  #compute(node: Node): Node {
    if (this.#running.includes(node.id)) {
      throw new Error(`query asks for itself: ${[...this.#running, node.id].join(" → ")}`);
    }
    const facts = new Set<Fact>();
    const inputs = new Map<string, number>();
    const reader: Reader = {
      ask: (index, key) => {
        this.#factsAsked++;
        facts.add(factOf(index as Index<unknown>, key));
        return answer(this.#snapshot, index, key);
      },
      get: <V>(query: Query<V>, arg: string): V => {
        const input = this.#fresh(query as Query<unknown>, arg);
        inputs.set(input.id, input.changedAt);
        // Tied at once, so that the answer is not dropped as unused while this one is still being computed.
        input.dependents.add(node.id);
        return input.value as V;
      },
      leaveOut: (reason) => this.#onFailure(node.query.name, node.arg, reason),
    };
    this.#computed++;
    this.#running.push(node.id);
    try {
      this.#settle(node, this.#valueOf(node, reader));
    } finally {
      this.#running.pop();
    }
    this.#rewire(node, facts, inputs);
    return node;
  }

  #valueOf(node: Node, reader: Reader): unknown {
    try {
      return node.query.compute(reader, node.arg);
    } catch (error) {
      if (node.query.recover === undefined) {
        throw error;
      }
      this.#onFailure(node.query.name, node.arg, error);
      return node.query.recover();
    }
  }

  #settle(node: Node, value: unknown): void {
    const equal = node.query.equal ?? isDeepStrictEqual;
    if (node.changedAt === 0 || !equal(node.value, value)) {
      node.value = value;
      node.changedAt = this.#revision;
    }
    node.state = "clean";
    this.#nodes.set(node.id, node);
  }

  #rewire(node: Node, facts: ReadonlySet<Fact>, inputs: ReadonlyMap<string, number>): void {
    for (const fact of node.facts) {
      if (!facts.has(fact)) {
        this.#forgetAsker(fact, node.id);
      }
    }
    for (const fact of facts) {
      const askers = this.#askers.get(fact) ?? new Set();
      this.#askers.set(fact, askers.add(node.id));
    }
    const dropped = [...node.inputs.keys()].filter((id) => !inputs.has(id));
    node.facts = facts;
    node.inputs = inputs;
    this.#untie(node.id, dropped);
  }

  #forgetAsker(fact: Fact, id: string): void {
    const askers = this.#askers.get(fact);
    askers?.delete(id);
    if (askers?.size === 0) {
      this.#askers.delete(fact);
    }
  }

  #untie(id: string, inputs: Iterable<string>): void {
    for (const inputId of inputs) {
      const input = this.#nodes.get(inputId);
      if (input !== undefined) {
        input.dependents.delete(id);
        this.#dropIfUnused(input);
      }
    }
  }

  #dropIfUnused(node: Node): void {
    if (node.holds > 0 || node.dependents.size > 0) {
      return;
    }
    this.#nodes.delete(node.id);
    for (const fact of node.facts) {
      this.#forgetAsker(fact, node.id);
    }
    this.#untie(node.id, node.inputs.keys());
  }
}
