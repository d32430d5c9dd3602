// Joins the pieces: takes changes of the world in, keeps the views of connected proxies, and tells each which names changed.
//
//   Delta ──► snapshot ──► touched answers ──► per view: names that changed ──► clients of that view
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
  /** Takes changes in; clients are told before it returns. */
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
  /** Arguments of the resources that some client has asked for. */
  readonly held: Set<string>;
}

interface Client {
  readonly arg: string;
  readonly changed: (names: ChangedNames) => void;
  live: LiveView;
}

type Names = Map<ResourceType, Set<string>>;

export function createPublisher(onFailure: OnFailure): LivePublisher {
  return new ViewPublisher(onFailure);
}

function add(names: Names, type: ResourceType, name: string): void {
  const known = names.get(type) ?? new Set();
  names.set(type, known.add(name));
}

/** A proxy whose workload is not in the store yet sees nothing. */
function nothingFor(proxy: Pick<ProxyNode, "type" | "namespace">): View {
  return {
    type: proxy.type,
    namespace: proxy.namespace,
    scope: scopeId({ namespace: proxy.namespace, labels: {} }),
    ipv6: false,
    inbound: [],
    gatewayPorts: [],
  };
}

class ViewPublisher implements LivePublisher {
  readonly #evaluation: Evaluation;
  readonly #onFailure: OnFailure;
  readonly #queries: ViewQueries;
  readonly #views = new Map<string, LiveView>();
  /** The view's content, as text, → its short name. */
  readonly #idOfContent = new Map<string, string>();
  readonly #clients = new Set<Client>();
  #snapshot: Snapshot = emptySnapshot;
  #nextView = 1;

  constructor(onFailure: OnFailure) {
    this.#onFailure = onFailure;
    this.#evaluation = createEvaluation(onFailure);
    this.#queries = viewQueries((id) => this.#view(id).view);
  }

  subscribe(proxy: ProxyNode, changed: (names: ChangedNames) => void): Subscription {
    const arg = proxyArg(proxy);
    const client: Client = { arg, changed, live: this.#enter(this.#evaluation.get(proxyView, arg) ?? nothingFor(proxy)) };
    this.#evaluation.hold(idOf(proxyView, arg));
    client.live.clients.add(client);
    this.#clients.add(client);
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
    const touched = this.#evaluation.advance(next.snapshot, next.changed);
    const news = this.#newsByView(touched);
    const moves = [...this.#clients].flatMap((client) => this.#move(client, touched));
    const told = new Map<Client, ChangedNames>(moves);
    for (const [live, names] of news) {
      for (const client of live.clients) {
        if (names.size > 0 && !told.has(client)) {
          told.set(client, names);
        }
      }
    }
    for (const [client, names] of told) {
      client.changed(names);
    }
  }

  work(): WorkCount & { readonly kept: number; readonly views: number } {
    return { ...this.#evaluation.count(), kept: this.#evaluation.size(), views: this.#views.size };
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
    const live: LiveView = { id: `v${this.#nextView++}`, view, clients: new Set(), names: new Map(), held: new Set() };
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
      live.held.add(arg);
      this.#evaluation.hold(idOf(this.#queries.resource, arg));
    }
    return resource;
  }

  /** Brings up to date what was touched, and says per view which names came out different. */
  #newsByView(touched: ReadonlySet<string>): ReadonlyMap<LiveView, Names> {
    const news = new Map<LiveView, Names>();
    const prefix = idOf(this.#queries.resource, "");
    for (const id of touched) {
      if (id.startsWith(prefix) && this.#cameOutDifferent(id, id.slice(prefix.length))) {
        const { viewId, type, name } = splitResourceArg(id.slice(prefix.length));
        const names = news.get(this.#view(viewId)) ?? new Map();
        news.set(this.#view(viewId), names);
        add(names, type, name);
      }
    }
    for (const live of this.#views.values()) {
      const names = news.get(live) ?? new Map();
      this.#addListChanges(live, touched, names);
      news.set(live, names);
    }
    return news;
  }

  #cameOutDifferent(id: string, arg: string): boolean {
    const before = this.#evaluation.revision(id);
    this.#evaluation.get(this.#queries.resource, arg);
    return this.#evaluation.revision(id) !== before;
  }

  #addListChanges(live: LiveView, touched: ReadonlySet<string>, names: Names): void {
    for (const type of WILDCARD_TYPES) {
      const before = live.names.get(type);
      const arg = namesArg(live.id, type);
      if (before === undefined || !touched.has(idOf(this.#queries.names, arg))) {
        continue;
      }
      const after = new Set(this.#evaluation.get(this.#queries.names, arg));
      live.names.set(type, after);
      for (const name of before.symmetricDifference(after)) {
        add(names, type, name);
        this.#letGo(live, resourceArg(live.id, type, name));
      }
    }
  }

  #letGo(live: LiveView, arg: string): void {
    if (live.held.delete(arg)) {
      this.#evaluation.release(idOf(this.#queries.resource, arg));
    }
  }

  /** A proxy whose view is now another is told every name that either view holds and that differs. */
  #move(client: Client, touched: ReadonlySet<string>): readonly [Client, ChangedNames][] {
    if (!touched.has(idOf(proxyView, client.arg))) {
      return [];
    }
    const view = this.#evaluation.get(proxyView, client.arg);
    // A workload that has left the store may still be draining: it keeps what it had.
    const next = view === undefined ? client.live : this.#enter(view);
    if (next === client.live) {
      return [];
    }
    const before = client.live;
    next.clients.add(client);
    client.live = next;
    const names = this.#difference(before, next);
    this.#leave(before, client);
    return [[client, names]];
  }

  #difference(before: LiveView, after: LiveView): ChangedNames {
    const names: Names = new Map();
    for (const type of WILDCARD_TYPES) {
      for (const name of this.#names(before, type).union(this.#names(after, type))) {
        add(names, type, name);
      }
    }
    for (const arg of before.held) {
      const { type, name } = splitResourceArg(arg);
      add(names, type, name);
    }
    return names;
  }

  #close(client: Client): void {
    if (this.#clients.delete(client)) {
      this.#evaluation.release(idOf(proxyView, client.arg));
      this.#leave(client.live, client);
    }
  }

  #leave(live: LiveView, client: Client): void {
    live.clients.delete(client);
    if (live.clients.size > 0) {
      return;
    }
    for (const arg of live.held) {
      this.#evaluation.release(idOf(this.#queries.resource, arg));
    }
    for (const type of live.names.keys()) {
      this.#evaluation.release(idOf(this.#queries.names, namesArg(live.id, type)));
    }
    this.#views.delete(live.id);
    this.#idOfContent.delete(JSON.stringify(live.view));
  }
}
