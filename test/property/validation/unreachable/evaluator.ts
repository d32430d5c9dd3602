// What takes a call, told straight from the API's words: for tests, apart from how the rule under test thinks of it.

export interface Request {
  readonly gateway: string;
  readonly port: number;
  readonly caller: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
  readonly path: string;
  readonly method: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Connection {
  readonly gateway: string;
  readonly port: number;
  readonly caller: Request["caller"];
  /** IPv4, as a number. */
  readonly address: number;
  readonly serverName: string;
}

export interface Text {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

type Texts = Readonly<Record<string, Text>>;

interface Standing {
  readonly port?: number;
  readonly gateways?: readonly string[];
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
}

export interface Match extends Standing {
  readonly uri?: Text;
  readonly method?: Text;
  readonly authority?: Text;
  readonly ignoreUriCase?: boolean;
  readonly headers?: Texts;
  readonly withoutHeaders?: Texts;
  readonly queryParams?: Texts;
}

export interface ConnectionMatch extends Standing {
  readonly sniHosts?: readonly string[];
  readonly destinationSubnets?: readonly string[];
}

export interface RuleOf<M> {
  readonly match: readonly M[];
}

/** `*` takes any text; other regular expressions of these tests are plain enough for the platform's own engine. */
function passes(test: Text, text: string): boolean {
  if (test.exact !== undefined) return text === test.exact;
  if (test.prefix !== undefined) return text.startsWith(test.prefix);
  return test.regex === undefined || test.regex === "*" || new RegExp(`^(?:${test.regex})$`).test(text);
}

function pathPasses({ uri, ignoreUriCase }: Match, path: string): boolean {
  if (uri === undefined) return true;
  if (ignoreUriCase !== true || uri.regex !== undefined) return passes(uri, path);
  const low = (text: string | undefined) => (text === undefined ? {} : text.toLowerCase());
  const exact = low(uri.exact);
  const prefix = low(uri.prefix);
  return passes({ ...(typeof exact === "string" && { exact }), ...(typeof prefix === "string" && { prefix }) }, path.toLowerCase());
}

function asksPresence(test: Text): boolean {
  return test.exact === undefined && test.prefix === undefined && (test.regex === undefined || test.regex === "*");
}

function headerIsOut(test: Text, value: string | undefined): boolean {
  return asksPresence(test) ? value === undefined : !passes(test, value ?? "");
}

function stands(match: Standing, call: Pick<Request, "gateway" | "port" | "caller">, gateways: readonly string[]): boolean {
  const { port, sourceLabels = {}, sourceNamespace } = match;
  const named = match.gateways?.length ? match.gateways : gateways;
  const isCallerAsked = call.gateway === "mesh";
  const fits =
    Object.entries(sourceLabels).every(([name, value]) => call.caller.labels[name] === value) &&
    (!sourceNamespace || sourceNamespace === call.caller.namespace);
  return named.includes(call.gateway) && gateways.includes(call.gateway) && (!port || port === call.port) && (fits || !isCallerAsked);
}

export function takes(match: Match, request: Request, gateways: readonly string[]): boolean {
  const all = (tests: Texts | undefined, is: (test: Text, name: string) => boolean) =>
    Object.entries(tests ?? {}).every(([name, test]) => is(test, name));
  const has = (from: Readonly<Record<string, string>>) => (test: Text, name: string) => {
    const value = from[name];
    return value !== undefined && passes(test, value);
  };
  return (
    stands(match, request, gateways) &&
    pathPasses(match, request.path) &&
    passes(match.method ?? {}, request.method) &&
    passes(match.authority ?? {}, request.authority) &&
    all(match.headers, has(request.headers)) &&
    all(match.withoutHeaders, (test, name) => headerIsOut(test, request.headers[name])) &&
    all(match.queryParams, has(request.parameters))
  );
}

/** The rule and match that take a request: the first that do. */
export function firstTaker(rules: readonly RuleOf<Match>[], request: Request, gateways: readonly string[]): string | undefined {
  for (const [rule, { match }] of rules.entries()) {
    if (match.length === 0 && stands({}, request, gateways)) return `${rule}`;
    const at = match.findIndex((one) => takes(one, request, gateways));
    if (at >= 0) return `${rule}.${at}`;
  }
  return undefined;
}

/** How well a connection fits, the best way it does: the narrower range counts first, then the longer server name. */
function suits({ destinationSubnets = [], sniHosts = [] }: ConnectionMatch, { address, serverName }: Connection): number | undefined {
  const ranges = destinationSubnets.length === 0 ? [0] : destinationSubnets.flatMap((range) => bitsThatFit(range, address));
  const names = sniHosts.length === 0 ? [0] : sniHosts.flatMap((name) => lengthThatFits(name, serverName));
  if (ranges.length === 0 || names.length === 0) return undefined;
  return Math.max(...ranges) * 1000 + Math.max(...names);
}

function bitsThatFit(range: string, address: number): readonly number[] {
  const [base = "", bits = "32"] = range.split("/");
  const size = 2 ** (32 - Number(bits));
  const start = base.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(start / size) === Math.floor(address / size) ? [Number(bits) + 1] : [];
}

function lengthThatFits(name: string, serverName: string): readonly number[] {
  if (name === serverName) return [900];
  return name.startsWith("*.") && serverName.endsWith(name.slice(1)) ? [name.length] : [];
}

/** The rule and match that take a connection: of those that fit best, the first. */
export function bestTaker(rules: readonly RuleOf<ConnectionMatch>[], call: Connection, gateways: readonly string[]): string | undefined {
  const fits = rules.flatMap(({ match }, rule) =>
    (match.length === 0 ? [{}] : match).flatMap((one: ConnectionMatch, at) => {
      const how = stands(one, call, gateways) ? suits(one, call) : undefined;
      return how === undefined ? [] : [{ at: match.length === 0 ? `${rule}` : `${rule}.${at}`, how }];
    }),
  );
  return fits.reduce<(typeof fits)[number] | undefined>((best, one) => (best === undefined || one.how > best.how ? one : best), undefined)
    ?.at;
}
