/**
 * Questions about data on their way to the worker: each has its own name and one answer.
 *
 * Promises: a newer question of one kind takes the place of an older one, which ends as `cancelled`; answers that nobody
 * waits for are dropped. Must not know: runs, the DOM.
 */
import type { PairTextsFound } from './bundle-protocol';
import type {
  DrawPreview,
  NumbersTable,
  QuestionQuery,
  Questions,
  ReadProgress,
  SourceSurvey,
  TermPage,
  TermQuery,
} from './data-protocol';
import { type AnswerOf, Calls, type Hear } from './calls';
import type { MeasuredSpeed, RequestBody, Response } from './protocol';

type Question = Extract<
  RequestBody,
  { kind: 'survey' | 'numbers' | 'terms' | 'draw' | 'questions' | 'pair-texts' | 'time' }
>;
export type DataInputs = Extract<Question, { kind: 'draw' }>['inputs'];
export type PickedFile = DataInputs['ontology'];
export type PairTextsQuery = Omit<Extract<Question, { kind: 'pair-texts' }>, 'kind'>;
export type ReadOptions = Extract<Question, { kind: 'survey' }>['options'];

export class DataCalls extends Calls {
  constructor(send: (runId: string, body: RequestBody) => void) {
    super('data', send);
  }

  /** What a file holds. Rejects with the LabError of a file that cannot be read. */
  async survey(
    file: PickedFile,
    options: ReadOptions,
    onProgress?: (progress: ReadProgress) => void,
  ): Promise<SourceSurvey> {
    const answer = await this.#newest('surveyed', { kind: 'survey', file, options }, (message) => {
      if (message.kind === 'reading') onProgress?.(message.progress);
    });
    return answer.survey;
  }

  /** The columns of numbers of a table. Rejects with the LabError that names the cell that is none. */
  async numbers(file: PickedFile, identifierColumn: string | null): Promise<NumbersTable> {
    return (await this.#newest('numbered', { kind: 'numbers', file, identifierColumn })).table;
  }

  /** Terms of the file surveyed last. */
  async terms(query: TermQuery): Promise<TermPage> {
    return (await this.#newest('found', { kind: 'terms', query })).page;
  }

  /** The draw that a spec makes from its data files. */
  async draw(inputs: DataInputs): Promise<DrawPreview> {
    return (await this.#newest('drawn', { kind: 'draw', inputs })).draw;
  }

  /** The questions about one drawn pair, token by token; needs a prepared run. */
  async questions(query: QuestionQuery): Promise<Questions> {
    return (await this.#newest('asked', { kind: 'questions', query })).questions;
  }

  /** The speed of a prepared run on this device. Rejects with `webgpu-missing`, `device-lost` and the like. */
  async time(): Promise<MeasuredSpeed> {
    return (await this.#newest('timed', { kind: 'time' })).speed;
  }

  /** The texts that a run does without, from its ontology. */
  async pairTexts(query: PairTextsQuery): Promise<PairTextsFound> {
    return (await this.#newest('texts-found', { kind: 'pair-texts', ...query })).texts;
  }

  /** A newer question of one kind takes the place of an older one. */
  #newest<K extends Response['kind']>(answer: K, body: Question, hear?: Hear): Promise<AnswerOf<K>> {
    this.replace(body.kind, 'question');
    return this.ask(answer, body, hear);
  }
}
