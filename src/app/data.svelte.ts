/**
 * What the page knows of the data: what the chosen ontology holds, its terms, the draw, the very questions.
 *
 * Promises: everything is read in the worker; a newer question replaces an older one; what fails is one error in plain
 * words. Must not know: readers, components, the DOM.
 */
import type { Direction } from '../core/direction';
import { toLabError, type SerializedLabError } from '../core/errors';
import type {
  DataInputs,
  DrawPreview,
  LabClient,
  PickedFile,
  QuestionQuery,
  Questions,
  ReadOptions,
  ReadProgress,
  SourceSurvey,
  TermPage,
  TermQuery,
} from '../worker/client';
import { withControl } from './error-control';

export type DataCalls = Pick<LabClient['data'], 'survey' | 'terms' | 'draw' | 'questions'>;
export const TERMS_PER_PAGE = 50;

export class DataStore {
  survey = $state.raw<SourceSurvey | null>(null);
  /** Null unless a file is being read. */
  reading = $state.raw<ReadProgress | null>(null);
  query = $state.raw<TermQuery>({ text: '', obsolete: false, offset: 0, limit: TERMS_PER_PAGE });
  page = $state.raw<TermPage | null>(null);
  draw = $state.raw<DrawPreview | null>(null);
  asked = $state.raw<QuestionQuery | null>(null);
  questions = $state.raw<Questions | null>(null);
  error = $state.raw<SerializedLabError | null>(null);

  constructor(private readonly calls: DataCalls) {}

  /** Reads the file (anew where the options changed); null forgets it. */
  async look(file: PickedFile | null, options: ReadOptions): Promise<void> {
    this.page = null;
    this.error = null;
    if (file === null) {
      this.survey = null;
      this.draw = null;
      return;
    }
    this.reading = { bytesTotal: file.file.size, bytesRead: 0, records: 0 };
    await this.#guard(async () => {
      this.survey = await this.calls.survey(file, options, (progress) => (this.reading = progress));
      this.reading = null;
      await this.search({ text: '', offset: 0 });
    });
  }

  async search(change: Partial<TermQuery>): Promise<void> {
    this.query = { ...this.query, ...change };
    if (this.survey === null || this.survey.kind !== 'ontology') return;
    await this.#guard(async () => {
      this.page = await this.calls.terms(this.query);
    });
  }

  /** The draw that the present settings make. A draw that is not possible is told where the run is planned. */
  async preview(inputs: DataInputs | null): Promise<void> {
    this.questions = null;
    this.asked = null;
    if (inputs === null) {
      this.draw = null;
      return;
    }
    try {
      this.draw = await this.calls.draw(inputs);
      this.error = null;
    } catch (thrown) {
      if (toLabError(thrown).code === 'cancelled') return;
      this.draw = null;
      this.error = withControl(toLabError(thrown).serialize());
    }
  }

  async ask(direction: Direction, identifier: string): Promise<void> {
    this.asked = { direction, identifier };
    await this.#guard(async () => {
      this.questions = await this.calls.questions({ direction, identifier });
    });
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (toLabError(thrown).code === 'cancelled') return;
      this.reading = null;
      this.error = withControl(toLabError(thrown).serialize());
    }
  }
}
