/**
 * What may be rehearsed, in tokens: withheld facts under the trained questions, or the lines of a text file.
 *
 * Promises: a text begins as the tokenizer begins every text (BOS, where it has one), and each token after that is
 * supervised; a text longer than a row is cut. Must not know: which facts are known, when an item is trained.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import type { TokenExample } from '../core/packed-row';
import type { FileIdentity } from '../records/types';
import type { ExperimentSpec } from '../spec/schema';
import type { Tokenizer } from '../tokens/types';
import type { PreparedFact } from './prepared';
import type { RehearsalItem } from './rehearsal';
import { LARGEST_ROW } from './row-size';
import type { Sources } from './sources';

const FIELD = 'retention.rehearsal.path';

/** One item per withheld fact and trained question, facts in order. */
export function withheldItems(
  facts: readonly Pick<PreparedFact, 'key' | 'pair' | 'seen'>[],
  questions: (pair: PreparedFact['pair']) => TokenExample[],
): RehearsalItem[] {
  return facts
    .filter(({ seen }) => !seen)
    .flatMap(({ key, pair }) => questions(pair).map((example) => ({ of: key, example })));
}

export interface RehearsalTexts {
  file: FileIdentity;
  items: RehearsalItem[];
}

/** The texts that a spec rehearses; null where it rehearses none. Throws `spec-invalid`, `file-missing`, `table-malformed`. */
export async function readRehearsalTexts(
  { retention, train }: ExperimentSpec,
  file: ByteFile | null | undefined,
  sources: Sources,
  { tokenizer, contextLength }: { tokenizer: Tokenizer; contextLength: number },
): Promise<RehearsalTexts | null> {
  if (retention.rehearsal?.source !== 'text') return null;
  if (retention.rehearsal.path === null) throw unnamed();
  if (!file) {
    throw new LabError('file-missing', `The spec rehearses texts (${FIELD}), but their file was not given.`, {
      hint: 'Give the file, or set retention.rehearsal.source to known-withheld.',
      control: FIELD,
    });
  }
  const { content, identity } = await sources.text(file);
  const room = Math.min(contextLength, train.rowTokens ?? LARGEST_ROW);
  const items = content.text.split(/\r?\n/).flatMap((line, index) => {
    const example = line.trim() === '' ? null : textExample(line, tokenizer, room);
    return example ? [{ of: `line:${index + 1}`, example }] : [];
  });
  if (items.length > 0) return { file: identity, items };
  throw new LabError('table-malformed', `${file.name} holds no text to rehearse.`, {
    hint: 'Give a text file with one text of two tokens or more a line.',
    control: FIELD,
  });
}

export function unnamed(): LabError {
  return new LabError('spec-invalid', 'The spec rehearses texts but names no file of them.', {
    hint: `Name one in ${FIELD}, or set retention.rehearsal.source to known-withheld.`,
    control: FIELD,
  });
}

/** Null for a text of which no token can be predicted. */
function textExample(text: string, tokenizer: Tokenizer, room: number): TokenExample | null {
  const ids = tokenizer.encodePrompt(text);
  // Without a BOS the first token has nothing before it that could predict it.
  const given = Math.max(1, tokenizer.encodePrompt('').length);
  const completion = ids.slice(given, room + 1);
  return completion.length === 0 ? null : { prompt: ids.slice(0, given), completion };
}
