/**
 * Where a model comes from, as a spec's `model.path` says it: a folder, a repository of the Hugging Face hub, an address.
 *
 * Promises: what `publicReference` gives holds no query, fragment, name or password, so it may leave this machine.
 * Must not know: how anything is fetched.
 */
import { LabError } from './errors';

/** The hub where no other is set: the one place that names it. */
export const HUB_ADDRESS = 'https://huggingface.co';

export type ModelReference =
  /** Revision: a branch, a tag or a commit; null is the default branch. */
  | { kind: 'hub'; repo: string; revision: string | null }
  /** Address of a folder: with a slash at its end, maybe with a query after that. */
  | { kind: 'url'; url: string };

const SCHEME = 'hf:';
const REPO = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/;
const REVISION = /^[A-Za-z0-9][\w./-]*$/;
/** A commit by its full hash: what lies there never changes. */
const COMMIT = /^[0-9a-f]{40}$/;

export const isCommit = (revision: string | null): revision is string => revision !== null && COMMIT.test(revision);

/** Null for the path of a folder. Throws `spec-invalid` for a reference that cannot be one. */
export function readModelReference(text: string): ModelReference | null {
  const trimmed = text.trim();
  if (trimmed.startsWith(SCHEME)) return hubReference(trimmed.slice(SCHEME.length), trimmed);
  if (!/^https?:\/\//i.test(trimmed)) return null;
  const url = parseAddress(trimmed);
  if (url.username !== '' || url.password !== '') {
    throw invalid(`The address at ${url.host} carries a name or a password`, 'Leave them out: browsers refuse them.');
  }
  const page = url.origin === HUB_ADDRESS ? /^\/([^/]+\/[^/]+)(?:\/tree\/(.+?))?\/?$/.exec(url.pathname) : null;
  if (page) return hubReference(`${page[1]}${page[2] === undefined ? '' : `@${page[2]}`}`, withoutSecrets(url));
  url.hash = '';
  // The address of one of its files stands for the folder.
  url.pathname = url.pathname.replace(/[^/]*\.(json|safetensors)$/, '').replace(/\/*$/, '/');
  return { kind: 'url', url: url.href };
}

function hubReference(text: string, shown: string): ModelReference {
  const at = text.indexOf('@');
  const repo = at < 0 ? text : text.slice(0, at);
  const revision = at < 0 ? null : text.slice(at + 1);
  const sound = REPO.test(repo) && !repo.includes('..');
  if (sound && (revision === null || (REVISION.test(revision) && !revision.includes('..')))) {
    return { kind: 'hub', repo, revision };
  }
  throw invalid(`“${shown}” names no model of the hub`, 'Write hf:owner/name, or hf:owner/name@revision.');
}

function parseAddress(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // Not repeated: what cannot be read cannot be told from a password in it.
    throw invalid('The host or the port of this address cannot be read', 'Write https://host/folder/.');
  }
}

function invalid(what: string, hint: string): LabError {
  return new LabError('spec-invalid', `${what}.`, { hint, control: 'model.path' });
}

/** As it is written, query included: for use on this machine only. */
export function formatModelReference(reference: ModelReference): string {
  if (reference.kind === 'url') return reference.url;
  return `${SCHEME}${reference.repo}${reference.revision === null ? '' : `@${reference.revision}`}`;
}

/** A text of a spec as it may leave this machine; null where it is no reference but a path, or cannot be read. */
export function publicReference(text: string): string | null {
  try {
    const reference = readModelReference(text);
    if (reference === null) return null;
    return reference.kind === 'hub' ? formatModelReference(reference) : withoutSecrets(new URL(reference.url));
  } catch {
    return null;
  }
}

/** Of another hub, as it may be kept: without a slash at its end; null where it cannot be read. */
export function publicHubAddress(text: string): string | null {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? withoutSecrets(url).replace(/\/+$/, '') : null;
  } catch {
    return null;
  }
}

/** What the model is called: the last part of the repository's name or of the address. */
export function referenceName(reference: ModelReference): string {
  const path = reference.kind === 'hub' ? reference.repo : new URL(reference.url).pathname;
  return path.split('/').findLast((part) => part !== '') ?? new URL((reference as { url: string }).url).host;
}

function withoutSecrets(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
