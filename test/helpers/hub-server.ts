/**
 * A hub on this machine that answers as the real one does: an API that tells commit and files, small files by a 307 to its
 * cache, large ones by a 302 to another origin with a signed address, ranges, gates, limits, broken connections.
 *
 * Run as a program (`node hub-server.js FOLDER`) it serves the models below a folder and prints its two addresses as JSON.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** In memory, or on disk with what the hub tells of it. */
export type HubFile = Uint8Array<ArrayBuffer> | { place: string; bytes: number; sha256: string };

export interface HubModel {
  /** Commits by the names that lead to them; the names are branches, tags and the commits themselves. */
  commit: string;
  branches?: string[];
  files: ReadonlyMap<string, HubFile>;
  gated?: boolean;
  private?: boolean;
}

export interface SeenRequest {
  origin: 'hub' | 'cdn';
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  status: number;
}

/** What goes wrong; a test changes it while the server runs. */
export interface HubFaults {
  /** Bytes after which the next answers of the large files' host break off, one each. */
  cuts: number[];
  /** Bytes after which its answers stop moving, without an end, until this is null again. */
  stallAfter: number | null;
  /** The same of its API's answers. */
  apiCuts: number[];
  /** So many next requests of the hub get no answer at all. */
  unanswered: number;
  /** Next answers of the hub in place of what is asked for. */
  answers: { status: number; headers?: Record<string, string>; body?: string }[];
  /** The hub has no model API. */
  withoutApi: boolean;
  /** Hides sizes and hashes from the API. */
  bareApi: boolean;
  /** The large files' host knows no ranges. */
  withoutRanges: boolean;
  /** Headers of ranges are kept from pages. */
  hiddenRanges: boolean;
  /** How it answers for a file that is not there: as the hub does, as a bucket that hides its list, with its page. */
  missing: 'not-found' | 'forbidden' | 'page';
  /** The header by which answers tell one content of a file from another. */
  marks: 'etag' | 'last-modified' | 'none';
}

export interface HubServer {
  hub: string;
  cdn: string;
  models: Map<string, HubModel>;
  faults: HubFaults;
  requests: SeenRequest[];
  /** The token that opens gated and private models. */
  token: string;
  close(): Promise<void>;
}

/** Files from here on count as large. */
const LARGE_BYTES = 20_000;
const SIGNATURE = 'X-Amz-Signature=not-for-anyone';

export const sizeOf = (file: HubFile) => (file instanceof Uint8Array ? file.length : file.bytes);
const hashOf = (file: HubFile) =>
  file instanceof Uint8Array ? createHash('sha256').update(file).digest('hex') : file.sha256;

export async function startHub(models: Record<string, HubModel> = {}): Promise<HubServer> {
  const state: HubServer = {
    hub: '',
    cdn: '',
    models: new Map(Object.entries(models)),
    faults: {
      cuts: [],
      stallAfter: null,
      apiCuts: [],
      unanswered: 0,
      answers: [],
      withoutApi: false,
      bareApi: false,
      withoutRanges: false,
      hiddenRanges: false,
      missing: 'not-found',
      marks: 'etag',
    },
    requests: [],
    token: 'hf_this-is-a-secret',
    close: async () => {
      await Promise.all([hub, cdn].map((server) => new Promise((done) => server.close(done).closeAllConnections())));
    },
  };
  const hub = await listen((request, response) => answerHub(state, request, response));
  const cdn = await listen((request, response) => answerCdn(state, request, response));
  state.hub = addressOf(hub);
  state.cdn = addressOf(cdn);
  return state;
}

function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handler);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function note(state: HubServer, origin: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): URL {
  const url = new URL(request.url ?? '/', 'http://x');
  const seen = {
    origin,
    method: request.method!,
    path: url.pathname,
    query: url.search,
    headers: request.headers,
    status: 0,
  };
  state.requests.push(seen);
  response.on('close', () => (seen.status = response.statusCode));
  return url;
}

const EXPOSED =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash,Retry-After';

function answerHub(state: HubServer, request: IncomingMessage, response: ServerResponse): void {
  const url = note(state, 'hub', request, response);
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  response.setHeader('access-control-expose-headers', EXPOSED);
  response.setHeader('vary', 'Origin');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-headers', 'authorization,range');
    return end(response, 204);
  }
  if (request.method !== 'GET') return end(response, 405);
  if (state.faults.unanswered > 0) return void state.faults.unanswered--;
  const instead = state.faults.answers.shift();
  if (instead) {
    for (const [name, value] of Object.entries(instead.headers ?? {})) response.setHeader(name, value);
    return end(response, instead.status, instead.body ?? '');
  }
  const api = /^\/api\/models\/(.+?)\/revision\/([^/]+)$/.exec(url.pathname);
  if (api) return answerApi(state, request, response, api[1]!, decodeURIComponent(api[2]!));
  const resolved = /^\/api\/resolve-cache\/models\/([^/]+\/[^/]+)\/([0-9a-f]{40})\/(.+)$/.exec(url.pathname);
  if (resolved) return answerSmall(state, request, response, resolved[1]!, decodeURIComponent(resolved[3]!));
  const resolve = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
  if (resolve) {
    const [, repo, revision, file] = resolve;
    return answerResolve(state, request, response, repo!, decodeURIComponent(revision!), decodeURIComponent(file!));
  }
  return end(response, 404, 'Not Found');
}

/** The model at the revision, or nothing once the refusal was written. */
function find(state: HubServer, request: IncomingMessage, response: ServerResponse, repo: string, revision: string) {
  const model = state.models.get(repo);
  const allowed = request.headers.authorization === `Bearer ${state.token}`;
  if (!model || (model.private && !allowed)) {
    // Without leave the hub does not say which of the two it is.
    response.setHeader('x-error-code', 'RepoNotFound');
    end(response, allowed ? 404 : 401, 'Repository not found');
    return null;
  }
  if (revision !== model.commit && !(model.branches ?? ['main']).includes(revision)) {
    response.setHeader('x-error-code', 'RevisionNotFound');
    end(response, 404, 'Revision not found');
    return null;
  }
  return model;
}

function answerApi(
  state: HubServer,
  request: IncomingMessage,
  response: ServerResponse,
  repo: string,
  revision: string,
): void {
  if (state.faults.withoutApi) return end(response, 404, 'Not Found');
  const model = find(state, request, response, repo, revision);
  if (!model) return;
  const siblings = [...model.files].map(([rfilename, file]) => ({
    rfilename,
    ...(state.faults.bareApi
      ? {}
      : {
          size: sizeOf(file),
          ...(sizeOf(file) >= LARGE_BYTES
            ? { lfs: { sha256: hashOf(file), size: sizeOf(file), pointerSize: 134 } }
            : {}),
        }),
  }));
  response.setHeader('content-type', 'application/json; charset=utf-8');
  const told = JSON.stringify({ id: repo, sha: model.commit, gated: model.gated ?? false, siblings });
  const cut = state.faults.apiCuts.shift() ?? null;
  send(request, response, new Uint8Array(Buffer.from(told)), { ranges: false, cut, stallAfter: null });
}

function answerResolve(
  state: HubServer,
  request: IncomingMessage,
  response: ServerResponse,
  repo: string,
  revision: string,
  path: string,
): void {
  const model = find(state, request, response, repo, revision);
  if (!model) return;
  const file = model.files.get(path);
  response.setHeader('x-repo-commit', model.commit);
  if (!file) {
    if (state.faults.missing === 'forbidden') return end(response, 403, '<Code>AccessDenied</Code>');
    if (state.faults.missing === 'page') {
      response.setHeader('content-type', 'text/html');
      return end(response, 200, '<!doctype html>');
    }
    response.setHeader('x-error-code', 'EntryNotFound');
    return end(response, 404, 'Entry not found');
  }
  if (model.gated && request.headers.authorization !== `Bearer ${state.token}`) {
    response.setHeader('x-error-code', 'GatedRepo');
    const known = request.headers.authorization !== undefined;
    return end(response, known ? 403 : 401, 'Access to this model is restricted');
  }
  response.setHeader('accept-ranges', 'bytes');
  if (sizeOf(file) < LARGE_BYTES) {
    response.setHeader('location', `/api/resolve-cache/models/${repo}/${model.commit}/${encodeURIComponent(path)}`);
    return end(response, 307);
  }
  response.setHeader('x-linked-size', String(sizeOf(file)));
  response.setHeader('x-linked-etag', `"${hashOf(file)}"`);
  response.setHeader('location', `${state.cdn}/xet/${encodeURIComponent(`${repo}/${path}`)}?${SIGNATURE}`);
  end(response, 302);
}

function answerSmall(
  state: HubServer,
  request: IncomingMessage,
  response: ServerResponse,
  repo: string,
  path: string,
): void {
  const model = state.models.get(repo);
  const file = model?.files.get(path);
  if (!model || !file) return end(response, 404);
  response.setHeader('x-repo-commit', model.commit);
  response.setHeader('content-type', path.endsWith('.json') ? 'application/json' : 'text/plain');
  mark(state, response, file);
  send(request, response, file, { ranges: true, cut: null, stallAfter: null });
}

function answerCdn(state: HubServer, request: IncomingMessage, response: ServerResponse): void {
  const url = note(state, 'cdn', request, response);
  const { faults } = state;
  // Requests that ask for leave first fail here, as they were seen to.
  if (request.method !== 'GET') return end(response, 403);
  response.setHeader('access-control-allow-origin', '*');
  if (!faults.hiddenRanges) response.setHeader('access-control-expose-headers', 'Content-Range,ETag,Accept-Ranges');
  if (url.search !== `?${SIGNATURE}`) return end(response, 403, 'Signature missing');
  const [owner, name, ...path] = decodeURIComponent(url.pathname.slice('/xet/'.length)).split('/');
  const file = state.models.get(`${owner}/${name}`)?.files.get(path.join('/'));
  if (!file) return end(response, 404);
  response.setHeader('content-type', 'application/octet-stream');
  mark(state, response, file);
  // The first byte alone is asked for the size's sake: what is broken are the large answers.
  const small = /^bytes=(\d+)-\1$/.test(request.headers.range ?? '');
  const cut = small ? null : (faults.cuts.shift() ?? null);
  send(request, response, file, { ranges: !faults.withoutRanges, cut, stallAfter: small ? null : faults.stallAfter });
}

/** As hosts do: not by the bytes' own SHA-256. */
function mark({ faults: { marks } }: HubServer, response: ServerResponse, file: HubFile): void {
  const hash = hashOf(file).slice(0, 8);
  if (marks === 'etag') response.setHeader('etag', `W/"${hash}"`);
  if (marks === 'last-modified') response.setHeader('last-modified', new Date(parseInt(hash, 16) * 1000).toUTCString());
}

interface Sending {
  ranges: boolean;
  cut: number | null;
  stallAfter: number | null;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: HubFile,
  { ranges, cut, stallAfter }: Sending,
): void {
  const bytes = sizeOf(file);
  const asked = ranges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') : null;
  const start = asked ? Number(asked[1]) : 0;
  const last = asked ? Math.min(Number(asked[2]), bytes - 1) : bytes - 1;
  if (asked && start >= bytes) {
    response.setHeader('content-range', `bytes */${bytes}`);
    return end(response, 416);
  }
  if (asked) response.setHeader('content-range', `bytes ${start}-${last}/${bytes}`);
  response.writeHead(asked ? 206 : 200, { 'content-length': last - start + 1 });
  const whole = last - start + 1;
  const limit = Math.min(whole, cut ?? whole, stallAfter ?? whole);
  if (limit === 0 && whole > 0) return void response.socket?.destroy();
  const body =
    file instanceof Uint8Array
      ? Readable.from(chunks(file.subarray(start, start + limit)))
      : createReadStream(file.place, { start, end: start + limit - 1 });
  body.pipe(response, { end: limit === whole });
  if (limit === whole) return;
  // What was sent arrives before the connection breaks; one that stalls stays open.
  if (limit === cut) body.on('end', () => setTimeout(() => response.socket?.destroy(), 20));
}

function* chunks(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16384) yield bytes.subarray(at, at + 16384);
}

function end(response: ServerResponse, status: number, body = ''): void {
  response.writeHead(status);
  response.end(body);
}

/** A commit of its own for every text. */
export const commitOf = (text: string) => createHash('sha1').update(text).digest('hex');
