import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { err, ok } from "../../../src/base/result.ts";
import { loadAuthority } from "../../../src/pki/authority.ts";
import { createRoot } from "../../../src/pki/create-root.ts";
import { createCertificateRequest } from "../../../src/pki/csr.ts";
import type { CallContext } from "../../../src/rpc/call-context.ts";
import { type ClientTls, connect, type GrpcClient } from "../../../src/rpc/grpc-client.ts";
import { type GrpcServer, type Method, startGrpcServer } from "../../../src/rpc/grpc-server.ts";
import type { RpcStream } from "../../../src/rpc/rpc-stream.ts";
import { createTlsSource, type TlsMaterial } from "../../../src/rpc/tls-source.ts";

const clock = systemClock;
const SERVER_NAME = "fairlead.istio-system.svc";
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function client(target: string, tls?: ClientTls): GrpcClient {
  const made = connect({ target, clock, ...(tls && { tls }) });
  cleanups.push(made.close);
  return made;
}

async function serve(methods: Record<string, Method>, listen: Parameters<typeof startGrpcServer>[0]["listen"], tls?: TlsMaterial) {
  const source = tls && createTlsSource(tls);
  const server: GrpcServer = await startGrpcServer({ listen, methods, clock, ...(source && { tls: source }) });
  cleanups.push(() => server.stop(0));
  return { port: server.port, source };
}

async function mesh() {
  const now = Date.now();
  const material = await createRoot({ trustDomain: "cluster.local", now });
  const loaded = await loadAuthority({ material, trustDomain: "cluster.local", alsoTrusted: [] }, now);
  if (!loaded.ok) throw new Error(loaded.error);
  const authority = loaded.value;
  const rootPem = authority.trustBundle(now);
  const serving = await authority.issueServer([SERVER_NAME], { now, lifeMs: 3600_000 });
  const workload = async (lifeMs = 3600_000) => {
    const { csrPem, key } = await createCertificateRequest("spiffe://x/ns/y/sa/z");
    const issued = await authority.signWorkload(csrPem, { namespace: "a", serviceAccount: "b" }, { now, lifeMs });
    if (!issued.ok) throw new Error(issued.error);
    return { certPem: issued.value.chain.join(""), key };
  };
  return { rootPem, serverTls: { ...serving, rootPem }, workload };
}

/** Answers with what the server knows of its caller. */
function whoAmI(seen: CallContext[]): Record<string, Method> {
  return {
    "/test/Who": {
      kind: "unary",
      handle: async (request, context) => {
        seen.push(context);
        return request.length > 0 ? ok(request) : err({ code: "permission-denied", message: "say something" });
      },
    },
  };
}

test("over a Unix socket: unary, failure with its code, and a method that is not there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-rpc-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const socketPath = join(folder, "xds");
  await serve(whoAmI([]), { socketPath });
  const { unary } = client(`unix:${socketPath}`);
  const timeoutMs = 5000;
  expect(await unary("/test/Who", Uint8Array.of(1, 2), { timeoutMs })).toEqual(ok(Buffer.from([1, 2])));
  expect(await unary("/test/Who", new Uint8Array(), { timeoutMs })).toEqual(err({ code: "permission-denied", message: "say something" }));
  expect(await unary("/test/Nobody", new Uint8Array(), { timeoutMs })).toMatchObject({ error: { code: "unimplemented" } });
});

test("nobody at home is `unavailable`, not a crash", async () => {
  const { unary } = client("127.0.0.1:1");
  expect(await unary("/test/Who", new Uint8Array(), { timeoutMs: 5000 })).toMatchObject({ error: { code: "unavailable" } });
});

test("a stream to a server that takes the connection and says nothing ends as `unavailable` when the dial's time is over", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => silent.close());
  const { port } = silent.address() as { port: number };
  const due: { readonly ms: number; readonly task: () => void }[] = [];
  const held = {
    now: () => Date.now(),
    after: (ms: number, task: () => void) => {
      due.push({ ms, task });
      return () => undefined;
    },
  };
  const { rootPem } = await mesh();
  const dialled = connect({ target: `127.0.0.1:${port}`, clock: held, tls: { rootPem, serverName: SERVER_NAME } });
  cleanups.push(dialled.close);
  const end = new Promise((resolve) => dialled.bidi("/test/Chat", {}, () => ({ message: () => undefined, closed: resolve })));
  expect(due.map(({ ms }) => ms)).toEqual([5000]);
  for (const { task } of due) task();
  expect(await end).toEqual({ code: "unavailable", message: "no connection within 5 s" });
});

test("a certificate is seen when it is of our authority, and a call without one is let through as nobody's", async () => {
  const [ours, theirs] = await Promise.all([mesh(), mesh()]);
  const seen: CallContext[] = [];
  const { port } = await serve(whoAmI(seen), { host: "127.0.0.1", port: 0 }, ours.serverTls);
  const base = { rootPem: ours.rootPem, serverName: SERVER_NAME };
  for (const identity of [undefined, await ours.workload(), await theirs.workload()]) {
    const { unary } = client(`127.0.0.1:${port}`, { ...base, ...(identity && { identity }) });
    const result = await unary("/test/Who", Uint8Array.of(1), { timeoutMs: 5000, metadata: { authorization: "Bearer t" } });
    expect(result.ok).toBe(true);
  }
  expect(seen.map((context) => context.peer?.uris)).toEqual([undefined, ["spiffe://cluster.local/ns/a/sa/b"], undefined]);
  expect(seen[1]?.peer?.notAfter).toBeGreaterThan(Date.now());
  expect(seen[0]?.metadata.authorization).toBe("Bearer t");
});

test("a server of another authority, or of another name, is not talked to", async () => {
  const [ours, theirs] = await Promise.all([mesh(), mesh()]);
  const { port } = await serve(whoAmI([]), { host: "127.0.0.1", port: 0 }, ours.serverTls);
  const calls = [
    { rootPem: theirs.rootPem, serverName: SERVER_NAME },
    { rootPem: ours.rootPem, serverName: "other.istio-system.svc" },
  ].map((tls) => client(`127.0.0.1:${port}`, tls).unary("/test/Who", Uint8Array.of(1), { timeoutMs: 5000 }));
  expect(await Promise.all(calls)).toMatchObject([{ error: { code: "unavailable" } }, { error: { code: "unavailable" } }]);
});

test("certificate and authority rotate without a restart, and the open connection lives on", async () => {
  const [before, after] = await Promise.all([mesh(), mesh()]);
  const seen: CallContext[] = [];
  const { port, source } = await serve(whoAmI(seen), { host: "127.0.0.1", port: 0 }, before.serverTls);
  const old = client(`127.0.0.1:${port}`, { rootPem: before.rootPem, serverName: SERVER_NAME });
  const ask = (by: GrpcClient) => by.unary("/test/Who", Uint8Array.of(1), { timeoutMs: 5000 });
  expect((await ask(old)).ok).toBe(true);
  source?.update(after.serverTls);
  expect((await ask(old)).ok).toBe(true);
  const identity = await after.workload();
  const fresh = client(`127.0.0.1:${port}`, { rootPem: after.rootPem, serverName: SERVER_NAME, identity });
  expect((await ask(fresh)).ok).toBe(true);
  expect(seen.map((context) => context.peer !== undefined)).toEqual([false, false, true]);
});

function bidi(handle: (stream: RpcStream) => { message(bytes: Uint8Array): void; closed(): void }): Record<string, Method> {
  return { "/test/Chat": { kind: "bidi", handle } };
}

test("a stream carries messages both ways and ends once on each side", async () => {
  const ends: unknown[] = [];
  const methods = bidi((stream) => ({
    message: (bytes) => (bytes[0] === 9 ? stream.end({ code: "failed-precondition", message: "nine" }) : stream.send(bytes)),
    closed: () => void ends.push("server"),
  }));
  const { port } = await serve(methods, { host: "127.0.0.1", port: 0 });
  const heard: number[] = [];
  await new Promise<void>((resolve) => {
    const stream = client(`127.0.0.1:${port}`).bidi("/test/Chat", {}, () => ({
      message: (bytes) => {
        heard.push(bytes[0] ?? -1);
        stream.send(Uint8Array.of(9));
      },
      closed: (failure) => {
        ends.push(failure);
        resolve();
      },
    }));
    stream.send(Uint8Array.of(1));
  });
  expect(heard).toEqual([1]);
  expect(ends).toEqual(["server", { code: "failed-precondition", message: "nine" }]);
});

test("a method that throws ends its own call as `internal`, is told of, and the process and other calls go on", async () => {
  const told: string[] = [];
  const ends: unknown[] = [];
  const throwing = (what: string) => {
    throw new Error(what);
  };
  const methods: Record<string, Method> = {
    ...whoAmI([]),
    "/test/At": { kind: "unary", handle: () => throwing("at once") },
    "/test/Later": { kind: "unary", handle: async () => throwing("later") },
    "/test/Opening": { kind: "bidi", handle: () => throwing("opening") },
    "/test/Message": { kind: "bidi", handle: () => ({ message: () => throwing("message"), closed: (end) => void ends.push(end) }) },
    "/test/Flushed": {
      kind: "bidi",
      handle: (stream) => ({ message: (bytes) => stream.send(bytes, () => throwing("flushed")), closed: () => undefined }),
    },
    "/test/Closed": {
      kind: "bidi",
      handle: (stream) => ({ message: () => stream.end(), closed: () => throwing("closed") }),
    },
  };
  const server = await startGrpcServer({
    listen: { host: "127.0.0.1", port: 0 },
    methods,
    clock,
    failed: (error, path) => void told.push(`${path} ${(error as Error).message}`),
  });
  cleanups.push(() => server.stop(0));
  const { unary, bidi } = client(`127.0.0.1:${server.port}`);
  const internal = { code: "internal", message: "internal error" };
  for (const path of ["/test/At", "/test/Later"]) expect(await unary(path, Uint8Array.of(1), { timeoutMs: 5000 })).toEqual(err(internal));
  const endOf = (path: string) =>
    new Promise((closed) => void bidi(path, {}, () => ({ message: () => undefined, closed })).send(Uint8Array.of(1)));
  for (const path of ["/test/Opening", "/test/Message", "/test/Flushed"]) expect(await endOf(path)).toEqual(internal);
  expect(await endOf("/test/Closed")).toBeUndefined();
  expect(ends).toEqual([internal]);
  expect(told).toEqual([
    "/test/At at once",
    "/test/Later later",
    "/test/Opening opening",
    "/test/Message message",
    "/test/Flushed flushed",
    "/test/Closed closed",
  ]);
  expect((await unary("/test/Who", Uint8Array.of(1), { timeoutMs: 5000 })).ok).toBe(true);
});

test("a reader that stops stops the writer after some buffers, and nothing is lost when it goes on", async () => {
  const total = 60;
  let flushed = 0;
  const methods = bidi((stream) => {
    const more = () => {
      if (flushed++ < total) stream.send(new Uint8Array(256 * 1024), more);
    };
    return { message: more, closed: () => undefined };
  });
  const { port } = await serve(methods, { host: "127.0.0.1", port: 0 });
  let received = 0;
  const done = Promise.withResolvers<void>();
  const stream = client(`127.0.0.1:${port}`).bidi("/test/Chat", {}, () => ({
    message: () => {
      received++;
      if (received === 1) stream.pause();
      if (received === total) done.resolve();
    },
    closed: () => undefined,
  }));
  stream.send(Uint8Array.of(1));
  await standsStill(() => flushed);
  expect(flushed).toBeLessThan(total / 2);
  stream.resume();
  await done.promise;
  expect(received).toBe(total);
});

async function standsStill(count: () => number): Promise<void> {
  for (let last = -1; last !== count() || last === 0; ) {
    last = count();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
