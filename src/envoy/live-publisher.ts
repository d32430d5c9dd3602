// Joins the pieces: takes changes of the world in, keeps the views of connected proxies, and tells each which names changed.
//
//   Delta ──► snapshot ──► touched answers ──► per view, in turns: names that changed ──► clients of that view
import type { Delta } from "../api/store.ts";
import { createEvaluation, type Evaluation, idOf, type OnFailure, type WorkCount } from "../model/evaluation.ts";
import { ALL_INDEXES } from "../model/indexes/all.ts";
import { advance, emptySnapshot, type Snapshot } from "../model/snapshot.ts";
import type { EncodedResource, ResourceType } from "../rpc/resource.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";
import { proxyArg, proxyView, type View } from "../scope/proxy-view.ts";
import { scopeId } from "../scope/scope-id.ts";
import type { ChangedNames, Publisher, Subscription } from "./publisher.ts";
import { namesArg, resourceArg, splitResourceArg, type ViewQueries, viewQueries, WILDCARD_TYPES } from "./view-resources.ts";

export interface LivePublisher extends Publisher {
  /** Takes changes in. Only what they touch is marked; what came of it is worked out and told view by view, each a task of its own. */
  apply(delta: Delta): void;
  /** Work done so far, for tests and metrics. */
  work(): WorkCount & { readonly kept: number; readonly views: number };
}

interface LiveView {
  readonly id: string;
  readonly view: View;
  readonly clients: Set<Client>;
  /** Names last told, of the types that can be asked for whole. */
  readonly names: Map<ResourceType, ReadonlySet<string>>;
  /** Arguments of the resources that some client has asked for → the revision that clients know of. */
  readonly held: Map<string, number | undefined>;
  /** What a change has touched since clients were last told. */
  readonly touched: { readonly resources: Set<string>; readonly lists: Set<ResourceType>; waiting: boolean };
}

interface Client {
  readonly arg: string;
  readonly changed: (names: ChangedNames) => void;
  live: LiveView;
}

type Names = Map<ResourceType, Set<string>>;

export interface PublisherOptions {
  readonly onFailure: OnFailure;
  /** Runs tasks one after the other, leaving the event loop to others between them. */
  readonly take: (task: () => void) => void;
}

export function createPublisher(options: PublisherOptions): LivePublisher {
  return new ViewPublisher(options);
}

function add(names: Names, type: ResourceType, name: string): void {
  const known = names.get(type) ?? new Set();
  names.set(type, known.add(name));
}

/** Until its workload is in the store, a proxy sees what any workload of its namespace sees, and no port of its own. */
function viewBeforeWorkload({ type, namespace, answersDns }: Pick<ProxyNode, "type" | "namespace" | "answersDns">): View {
  const scope = scopeId({ namespace, labels: {}, ...(answersDns === true && { dns: "dual" }) });
  return { type, namespace, scope, ipv6: false, inbound: [], keepsSource: false, gatewayPorts: [] };
}

const nothingTouched = (): LiveView["touched"] => ({ resources: new Set(), lists: new Set(), waiting: false });

class ViewPublisher implements LivePublisher {
  readonly #evaluation: Evaluation;
  readonly #queries: ViewQueries;
  readonly #take: PublisherOptions["take"];
  readonly #onFailure: OnFailure;
  readonly #views = new Map<string, LiveView>();
  /** The view's content, as text, → its short name. */
  readonly #idOfContent = new Map<string, string>();
  /** Clients by the argument of their `proxyView`: replicas of a connection share it. */
  readonly #clients = new Map<string, Set<Client>>();
  #snapshot: Snapshot = emptySnapshot;
  #nextView = 1;

  constructor({ onFailure, take }: PublisherOptions) {
    this.#evaluation = createEvaluation(onFailure);
    this.#take = take;
    this.#onFailure = onFailure;
    this.#queries = viewQueries((id) => this.#view(id).view);
  }

  subscribe(proxy: ProxyNode, changed: (names: ChangedNames) => void): Subscription {
    const arg = proxyArg(proxy);
    const client: Client = { arg, changed, live: this.#enter(this.#evaluation.get(proxyView, arg) ?? viewBeforeWorkload(proxy)) };
    this.#evaluation.hold(idOf(proxyView, arg));
    client.live.clients.add(client);
    this.#clients.set(arg, (this.#clients.get(arg) ?? new Set()).add(client));
    return {
      names: (type) => this.#names(client.live, type),
      get: (type, name) => this.#resource(client.live, type, name),
      close: () => this.#close(client),
    };
  }

  apply(delta: Delta): void {
    const next = advance(this.#snapshot, delta, ALL_INDEXES);
    this.#snapshot = next.snapshot;
    for (const { index, object, error } of next.failures) {
      this.#onFailure(index, object, error);
    }
    for (const id of this.#evaluation.advance(next.snapshot, next.changed)) {
      this.#note(id);
    }
  }

  work(): WorkCount & { readonly kept: number; readonly views: number } {
    return { ...this.#evaluation.count(), kept: this.#evaluation.size(), views: this.#views.size };
  }

  /** Remembers what a touched answer means: a proxy that may see another view, a list or a resource that may be another. */
  #note(id: string): void {
    const colon = id.indexOf(":");
    const [query, arg] = [id.slice(0, colon), id.slice(colon + 1)];
    if (query === proxyView.name) {
      for (const client of this.#clients.get(arg) ?? []) {
        this.#take(() => this.#move(client));
      }
    } else if (query === this.#queries.names.name || query === this.#queries.resource.name) {
      this.#noteInView(query, arg);
    }
  }

  #noteInView(query: string, arg: string): void {
    const { viewId, type } = splitResourceArg(arg);
    const live = this.#views.get(viewId);
    if (live === undefined) {
      return;
    }
    if (query === this.#queries.names.name) {
      live.touched.lists.add(type);
    } else {
      live.touched.resources.add(arg);
    }
    if (!live.touched.waiting) {
      live.touched.waiting = true;
      this.#take(() => this.#tell(live));
    }
  }

  #view(id: string): LiveView {
    const live = this.#views.get(id);
    if (live === undefined) {
      throw new Error(`no view ${id}`);
    }
    return live;
  }

  #enter(view: View): LiveView {
    const content = JSON.stringify(view);
    const known = this.#views.get(this.#idOfContent.get(content) ?? "");
    if (known !== undefined) {
      return known;
    }
    const live: LiveView = {
      id: `v${this.#nextView++}`,
      view,
      clients: new Set(),
      names: new Map(),
      held: new Map(),
      touched: nothingTouched(),
    };
    this.#views.set(live.id, live);
    this.#idOfContent.set(content, live.id);
    return live;
  }

  #names(live: LiveView, type: ResourceType): ReadonlySet<string> {
    const known = live.names.get(type);
    if (known !== undefined) {
      return known;
    }
    const arg = namesArg(live.id, type);
    const names = new Set(this.#evaluation.get(this.#queries.names, arg));
    this.#evaluation.hold(idOf(this.#queries.names, arg));
    live.names.set(type, names);
    return names;
  }

  #resource(live: LiveView, type: ResourceType, name: string): EncodedResource | undefined {
    const arg = resourceArg(live.id, type, name);
    const resource = this.#evaluation.get(this.#queries.resource, arg);
    if (!live.held.has(arg)) {
      const id = idOf(this.#queries.resource, arg);
      live.held.set(arg, this.#evaluation.revision(id));
      this.#evaluation.hold(id);
    }
    return resource;
  }

  /** Works out what came of the changes for one view, and tells its clients. */
  #tell(live: LiveView): void {
    const { resources, lists } = live.touched;
    const [args, types] = [[...resources], [...lists]];
    resources.clear();
    lists.clear();
    live.touched.waiting = false;
    const names: Names = new Map();
    for (const arg of args) {
      this.#addResourceChange(live, arg, names);
    }
    for (const type of types) {
      this.#addListChange(live, type, names);
    }
    for (const client of names.size > 0 ? [...live.clients] : []) {
      client.changed(names);
    }
  }

  #addResourceChange(live: LiveView, arg: string, names: Names): void {
    if (!live.held.has(arg)) {
      return;
    }
    this.#evaluation.get(this.#queries.resource, arg);
    const revision = this.#evaluation.revision(idOf(this.#queries.resource, arg));
    if (revision !== live.held.get(arg)) {
      live.held.set(arg, revision);
      const { type, name } = splitResourceArg(arg);
      add(names, type, name);
    }
  }

  #addListChange(live: LiveView, type: ResourceType, names: Names): void {
    const before = live.names.get(type);
    if (before === undefined) {
      return;
    }
    const after = new Set(this.#evaluation.get(this.#queries.names, namesArg(live.id, type)));
    live.names.set(type, after);
    for (const name of before.symmetricDifference(after)) {
      add(names, type, name);
      this.#letGo(live, type, name);
    }
  }

  /** Nobody is answered from this any more. */
  #letGo(live: LiveView, type: ResourceType, name: string): void {
    const arg = resourceArg(live.id, type, name);
    if (live.held.delete(arg)) {
      this.#evaluation.release(idOf(this.#queries.resource, arg));
    }
  }

  /** A proxy whose view is now another is told every name that either view holds. */
  #move(client: Client): void {
    if (!this.#clients.get(client.arg)?.has(client)) {
      return;
    }
    const view = this.#evaluation.get(proxyView, client.arg);
    // A workload that has left the store may still be draining: it keeps what it had.
    const next = view === undefined ? client.live : this.#enter(view);
    if (next === client.live) {
      return;
    }
    const before = client.live;
    next.clients.add(client);
    client.live = next;
    const names = this.#difference(before, next);
    this.#leave(before, client);
    client.changed(names);
  }

  #difference(before: LiveView, after: LiveView): ChangedNames {
    const names: Names = new Map();
    for (const type of WILDCARD_TYPES) {
      for (const name of this.#names(before, type).union(this.#names(after, type))) {
        add(names, type, name);
      }
    }
    for (const arg of before.held.keys()) {
      const { type, name } = splitResourceArg(arg);
      add(names, type, name);
    }
    return names;
  }

  #close(client: Client): void {
    const same = this.#clients.get(client.arg);
    if (same?.delete(client)) {
      if (same.size === 0) {
        this.#clients.delete(client.arg);
      }
      this.#evaluation.release(idOf(proxyView, client.arg));
      this.#leave(client.live, client);
    }
  }

  #leave(live: LiveView, client: Client): void {
    live.clients.delete(client);
    if (live.clients.size > 0) {
      return;
    }
    for (const arg of live.held.keys()) {
      this.#evaluation.release(idOf(this.#queries.resource, arg));
    }
    for (const type of live.names.keys()) {
      this.#evaluation.release(idOf(this.#queries.names, namesArg(live.id, type)));
    }
    // A task for this view may still wait its turn: it finds nothing to do.
    live.held.clear();
    live.names.clear();
    this.#views.delete(live.id);
    this.#idOfContent.delete(JSON.stringify(live.view));
  }
}
