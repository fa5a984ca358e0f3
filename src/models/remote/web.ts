/**
 * One GET of one byte range, and what its answer means in plain words.
 *
 * Promises: the token goes to the hub's own origin and nowhere else, and into no message; no header is sent but one simple
 * range, so that no browser asks the other side for leave first; whatever is refused is a LabError that says what to do.
 * Must not know: models, where bytes go.
 */
import { LabError } from '../../core/errors';
import { HUB_ADDRESS, publicHubAddress } from '../../core/model-reference';

export interface Web {
  fetch: typeof fetch;
  /** Address of the hub, without a slash at its end. */
  hub: string;
  /** Opens gated and private models; held in memory alone. */
  token: string | null;
  /** How a token is given here, in words. */
  tokenHint: string;
  /** Throws once the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls once the time has passed; what it gives calls that off. */
  timer(ms: number, expired: () => void): () => void;
}

/** Of this host, with what is not given as on huggingface.co. Throws `usage` for an address that is none. */
export function createWeb(settings: Partial<Web> = {}): Web {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    token: null,
    tokenHint: 'give an access token',
    sleep: pause,
    timer: (ms, expired) => {
      const id = setTimeout(expired, ms);
      return () => clearTimeout(id);
    },
    ...settings,
    hub: hubAddress(settings.hub || HUB_ADDRESS),
  };
}

function hubAddress(text: string): string {
  const address = publicHubAddress(text);
  if (address !== null) return address;
  throw new LabError('usage', 'The address of the hub is no web address.', {
    hint: `Give it as ${HUB_ADDRESS}.`,
    control: 'model.path',
  });
}

/** A page in place of a file: so answer hosts that show one for whatever is not there. */
export class WebPageInstead extends LabError {
  constructor(address: string) {
    super('file-unreadable', `${shown(address)} answered with a web page instead of a file.`, {
      hint: 'Check the address: it should be that of a folder whose files can be fetched one by one. A network may also ask you to sign in first.',
      control: 'model.path',
    });
  }
}

/** May pass by itself: worth another try after `waitMs`, or after the usual back-off where that is null. */
export class Retryable extends Error {
  constructor(
    readonly reason: LabError,
    readonly waitMs: number | null = null,
  ) {
    super(reason.message);
  }
}

export interface ByteRange {
  start: number;
  /** The last byte, itself included. */
  last: number;
}

/** Longer waits are the person's to decide. */
const LONGEST_WAIT_MS = 90_000;
const FIRST_PAUSE_MS = 500;
/** A connection that brings nothing for so long is broken: browsers wait for ever. */
const SILENCE_MS = 60_000;
export const MOST_FAILURES = 6;

/** An answer of 200, 206 or 416. Throws a LabError, or a Retryable that holds one. */
export async function getRange(
  web: Web,
  address: string,
  range: ByteRange | null,
  signal?: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (range !== null) headers['Range'] = `bytes=${range.start}-${range.last}`;
  if (web.token !== null && ofHub(web, address)) headers['Authorization'] = `Bearer ${web.token}`;
  const silent = new AbortController();
  let response: Response;
  try {
    const asked = web.fetch(address, {
      headers,
      signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
      // Kept by us, not by the browser's own cache as well; nobody is told who asks or from where.
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    response = await unlessSilent(web, asked, () => silent.abort());
  } catch {
    throw signal?.aborted ? stopped() : new Retryable(unreachable(address));
  }
  if (response.status === 200 || response.status === 206 || response.status === 416) {
    if (/^text\/html/i.test(response.headers.get('content-type') ?? '')) {
      await drop(response);
      throw new WebPageInstead(address);
    }
    return response;
  }
  await drop(response);
  throw refusal(web, address, response);
}

export type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

/** The next bytes of a body, null at its end. Throws `cancelled`, or a Retryable with the reason where it breaks. */
export async function nextPart(
  web: Web,
  reader: BodyReader | undefined,
  broken: () => LabError,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  if (reader === undefined) return null;
  try {
    const { done, value } = await unlessSilent(web, reader.read(), () => void reader.cancel().catch(() => undefined));
    return done ? null : value;
  } catch {
    throw signal?.aborted ? stopped() : new Retryable(broken());
  }
}

/** What is awaited; rejects, and gives it up, where nothing comes for too long. */
function unlessSilent<T>(web: Web, awaited: Promise<T>, giveUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const heard = web.timer(SILENCE_MS, () => {
      // First, for giving up may end what is awaited as if it were whole.
      reject(new Error('silence'));
      giveUp();
    });
    awaited.then(resolve, reject).finally(heard);
  });
}

/** The work's result, tried again with back-off where it is worth it. */
export async function withRetries<T>(web: Web, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof Retryable)) throw thrown;
      await waitBeforeNext(web, thrown, failures, signal);
    }
  }
}

/** Throws the reason where that were too many failures. */
export async function waitBeforeNext(web: Web, failure: Retryable, failures: number, signal?: AbortSignal) {
  if (failures >= MOST_FAILURES) throw failure.reason;
  await web.sleep(failure.waitMs ?? FIRST_PAUSE_MS * 2 ** (failures - 1), signal);
}

export function stopped(): LabError {
  return new LabError('cancelled', 'The download was stopped.', {
    hint: 'Ask for it again: it goes on where it stopped.',
  });
}

/** Host and path: an address as messages may show it, without what may be secret. */
export function shown(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

/** What changes with a file's content; null where it is not told, or kept from pages. */
export function markOf(headers: Headers): string | null {
  return headers.get('etag')?.replace(/^W\//, '') ?? headers.get('last-modified');
}

export async function drop(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function ofHub(web: Web, address: string): boolean {
  return new URL(address).origin === new URL(web.hub).origin;
}

function unreachable(address: string): LabError {
  return new LabError('download-failed', `${new URL(address).host} could not be reached.`, {
    hint: 'Check the connection and try again: what has arrived is kept. In a browser, the other side must also allow pages of other hosts (CORS).',
    control: 'model.path',
  });
}

function refusal(web: Web, address: string, response: Response): LabError | Retryable {
  const { status, headers } = response;
  const place = shown(address);
  if (status === 401 || status === 403) return noAccess(web, address, headers.get('x-error-code'));
  if (status === 404 || status === 410) {
    return new LabError('file-missing', `${place} does not exist (HTTP ${status}).`, {
      hint: 'Check owner, name and revision of the model, or the address of its folder.',
      control: 'model.path',
    });
  }
  const waitMs = retryAfterMs(headers);
  if (status === 429 || status === 503) {
    const wait = waitMs === null ? '' : ` It asks to wait ${Math.ceil(waitMs / 1000)} seconds.`;
    const error = new LabError('download-failed', `${place} takes no more requests for now (HTTP ${status}).${wait}`, {
      hint: 'Try again later: what has arrived is kept. With an access token more requests are allowed.',
      control: 'model.path',
    });
    return waitMs !== null && waitMs > LONGEST_WAIT_MS ? error : new Retryable(error, waitMs);
  }
  const error = new LabError('download-failed', `${place} answered with HTTP ${status}.`, {
    hint: 'Try again later: what has arrived is kept.',
    control: 'model.path',
  });
  return status >= 500 || status === 408 ? new Retryable(error, waitMs) : error;
}

function noAccess(web: Web, address: string, code: string | null): LabError {
  const place = shown(address);
  if (!ofHub(web, address)) {
    return new LabError('download-refused', `${place} may not be read without permission.`, {
      hint: 'Download the files yourself and choose their folder.',
      control: 'model.path',
    });
  }
  const repo = /^(?:\/api\/models)?\/(.+?)\/(?:resolve|revision)\//.exec(new URL(address).pathname)?.[1] ?? 'the model';
  const page = `${web.hub}/${repo}`;
  if (code === 'RepoNotFound') {
    return new LabError(
      'download-refused',
      `There is no model ${repo} on ${new URL(web.hub).host}, or it is private.`,
      {
        hint: `Check owner and name. If it is private, ${web.tokenHint} of an account that may read it.`,
        control: 'model.path',
      },
    );
  }
  return new LabError('download-refused', `${repo} is gated: its files are for those who accepted its licence.`, {
    hint:
      web.token === null
        ? `Open ${page}, accept its licence, then ${web.tokenHint}.`
        : `The token given does not open it: open ${page} with the token’s own account and accept the licence, or give the token leave to read gated models.`,
    control: 'model.path',
  });
}

/** Seconds, or a moment by the other side's own clock; null where it is not told. */
function retryAfterMs(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      clearTimeout(timer);
      reject(stopped());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', give);
      resolve();
    }, ms);
    if (signal?.aborted) give();
    else signal?.addEventListener('abort', give, { once: true });
  });
}
