/**
 * Questions about data on their way to the worker: each has its own name and one answer.
 *
 * Promises: a newer question of one kind takes the place of an older one, which ends as `cancelled`; answers that nobody
 * waits for are dropped. Must not know: runs, the DOM.
 */
import { LabError } from '../core/errors';
import type { PairTextsFound } from './bundle-protocol';
import type {
  DrawPreview,
  QuestionQuery,
  Questions,
  ReadProgress,
  SourceSurvey,
  TermPage,
  TermQuery,
} from './data-protocol';
import type { RequestBody, Response } from './protocol';

type Question = Extract<RequestBody, { kind: 'survey' | 'terms' | 'draw' | 'questions' | 'pair-texts' }>;
type Answer = Extract<Response, { kind: 'surveyed' | 'found' | 'drawn' | 'asked' | 'texts-found' }>;
export type DataInputs = Extract<Question, { kind: 'draw' }>['inputs'];
export type PickedFile = DataInputs['ontology'];
export type PairTextsQuery = Omit<Extract<Question, { kind: 'pair-texts' }>, 'kind'>;
export type ReadOptions = Extract<Question, { kind: 'survey' }>['options'];

interface Waiting {
  kind: Question['kind'];
  resolve: (answer: Answer) => void;
  reject: (error: LabError) => void;
  onProgress: ((progress: ReadProgress) => void) | undefined;
}

export class DataCalls {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(private readonly send: (runId: string, body: RequestBody) => void) {}

  /** What a file holds. Rejects with the LabError of a file that cannot be read. */
  async survey(
    file: PickedFile,
    options: ReadOptions,
    onProgress?: (progress: ReadProgress) => void,
  ): Promise<SourceSurvey> {
    const answer = await this.#ask({ kind: 'survey', file, options }, onProgress);
    return (answer as Extract<Answer, { kind: 'surveyed' }>).survey;
  }

  /** Terms of the file surveyed last. */
  async terms(query: TermQuery): Promise<TermPage> {
    const answer = await this.#ask({ kind: 'terms', query });
    return (answer as Extract<Answer, { kind: 'found' }>).page;
  }

  /** The draw that a spec makes from its data files. */
  async draw(inputs: DataInputs): Promise<DrawPreview> {
    const answer = await this.#ask({ kind: 'draw', inputs });
    return (answer as Extract<Answer, { kind: 'drawn' }>).draw;
  }

  /** The questions about one drawn pair, token by token; needs a prepared run. */
  async questions(query: QuestionQuery): Promise<Questions> {
    const answer = await this.#ask({ kind: 'questions', query });
    return (answer as Extract<Answer, { kind: 'asked' }>).questions;
  }

  /** The texts that a run does without, from its ontology. */
  async pairTexts(query: PairTextsQuery): Promise<PairTextsFound> {
    const answer = await this.#ask({ kind: 'pair-texts', ...query });
    return (answer as Extract<Answer, { kind: 'texts-found' }>).texts;
  }

  /** True where the message belongs to a question about data, waited for or not. */
  receive(message: Response): boolean {
    if (!message.runId.startsWith('data-')) return false;
    const waiting = this.#waiting.get(message.runId);
    if (waiting === undefined) return true;
    if (message.kind === 'reading') {
      waiting.onProgress?.(message.progress);
      return true;
    }
    this.#waiting.delete(message.runId);
    if (message.kind === 'failed') waiting.reject(LabError.deserialize(message.error));
    else waiting.resolve(message as Answer);
    return true;
  }

  failAll(error: LabError): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #ask(body: Question, onProgress?: (progress: ReadProgress) => void): Promise<Answer> {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.kind !== body.kind) continue;
      this.#waiting.delete(id);
      waiting.reject(new LabError('cancelled', 'Replaced by a newer question.', { hint: 'Nothing to do.' }));
    }
    const runId = `data-${++this.#count}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(runId, { kind: body.kind, resolve, reject, onProgress });
      this.send(runId, body);
    });
  }
}
