/**
 * Answers the page's questions about data: surveys of files, searches, previews of draws and of questions.
 *
 * Promises: a file that was read stays read while the worker lives, so that settings can change without reading it anew.
 * Must not know: runs, the DOM.
 */
import { LabError } from '../core/errors';
import type { ByteFile } from '../core/files';
import {
  asOntology,
  detectTerminology,
  entriesOf,
  inspectTable,
  prepareData,
  questionTokens,
  reportDraw,
  searchTerms,
  Sources,
  sourceFacts,
  summarizeSource,
  textsOfPairs,
  type Ontology,
  type PreparedRun,
  type Source,
} from '../experiment';
import { browserFile } from '../platform/file';
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
import type { PairTextsFound } from './bundle-protocol';
import type { DataInputs, PairTextsQuery, PickedFile, ReadOptions } from './data-calls';

/** How much of a table is looked at for its columns, in bytes. */
const TABLE_HEAD_BYTES = 64 * 1024;

export class DataDesk {
  /** One for all: what was read for a survey need not be read again for a run. */
  readonly sources = new Sources();
  readonly #files = new Map<string, ByteFile>();
  #ontology: Ontology | null = null;
  /** Ids of terms that cannot be drawn, with the reason. */
  #leftOut = new Map<string, string>();

  /** The same object for the same file, so that `Sources` knows it again. */
  file({ path, file }: PickedFile, control: string): ByteFile {
    const { lastModified = 0 } = file as Partial<File>;
    const key = `${path}|${file.size}|${lastModified}`;
    const known = this.#files.get(key);
    if (known) return known;
    const opened = browserFile(file instanceof File ? file : new File([file], path), control);
    this.#files.set(key, opened);
    return opened;
  }

  async survey(
    picked: PickedFile,
    options: ReadOptions,
    onProgress: (progress: ReadProgress) => void,
  ): Promise<SourceSurvey> {
    const file = this.file(picked, 'ontology.path');
    const columns = { ...options, keepColumns: options.keepColumns ?? [] };
    const { content, identity } = await this.sources.source(file, columns, { onProgress });
    this.#ontology = null;
    this.#leftOut.clear();
    const terminology = this.#adopt(content, file.name);
    const { kind, format, formatVersion, version, name, licence, warnings, warningCount } = content;
    return {
      file: identity,
      kind,
      format,
      formatVersion,
      version,
      name,
      licence,
      warnings,
      warningCount,
      facts: sourceFacts(summarizeSource(content)),
      terminology,
      table: format === 'table' ? await this.#table(picked) : null,
    };
  }

  /** Throws `table-malformed` with the place of a cell that is no number. */
  async numbers(picked: PickedFile, identifierColumn: string | null): Promise<NumbersTable> {
    const file = this.file(picked, 'ontology.covariates');
    const { content } = await this.sources.numbers(file, { identifierColumn, columns: 'all' });
    const { header, columns, firstColumn, byIdentifier } = content;
    const once = (name: string) => header.indexOf(name) === header.lastIndexOf(name);
    return {
      header: header.filter((name) => once(name) && (name !== '' || name === content.identifierColumn)),
      identifierColumn: content.identifierColumn,
      columns: [...columns],
      firstColumn,
      identifiers: byIdentifier.size,
    };
  }

  terms({ text, obsolete, offset, limit }: TermQuery): TermPage {
    const { total, terms } = searchTerms(this.#ontology?.terms ?? [], { text, obsolete }, offset, limit);
    return {
      total,
      terms: terms.map(({ id, label, symbol, definition, synonyms, parents, obsolete: gone, namespace }) => ({
        id,
        label,
        symbol,
        definition,
        synonyms,
        parents,
        obsolete: gone,
        namespace,
        leftOut: this.#leftOut.get(id) ?? null,
      })),
    };
  }

  async draw(inputs: DataInputs): Promise<DrawPreview> {
    const data = await prepareData(
      {
        spec: inputs.spec,
        ontology: this.file(inputs.ontology, 'ontology.path'),
        counts: inputs.counts && this.file(inputs.counts, 'ontology.counts.path'),
        covariates: inputs.covariates.map((file) => this.file(file, 'ontology.covariates')),
      },
      this.sources,
    );
    return reportDraw(data);
  }

  /** Throws where the file is not the run's ontology, or does not give every pair. */
  async pairTexts({ file, manifest, hashes }: PairTextsQuery): Promise<PairTextsFound> {
    return textsOfPairs(manifest, hashes, this.file(file, 'ontology.path'), this.sources);
  }

  questions(run: PreparedRun | null, { direction, identifier }: QuestionQuery): Questions {
    if (run === null) {
      throw new LabError('usage', 'There is no model to ask yet.', {
        hint: 'Choose a model folder.',
        control: 'model.path',
      });
    }
    return questionTokens(run, direction, identifier);
  }

  /** Makes the source searchable where it has terms; tells its terminology. */
  #adopt(source: Source, name: string): SourceSurvey['terminology'] {
    if (source.kind === 'annotations' || source.kind === 'associations') return null;
    const ontology = asOntology(source, null, name);
    const terminology = detectTerminology(ontology);
    this.#ontology = ontology;
    const drawn = new Set(entriesOf(ontology, terminology).entries.map(({ identifier }) => identifier));
    const field = terminology.fields.identifier;
    for (const term of ontology.terms) {
      if (!drawn.has((field === 'symbol' ? term.symbol : term.id) ?? term.id))
        this.#leftOut.set(term.id, 'cannot be drawn');
    }
    const { title, description, grammar, membership, oneToMany, source: home } = terminology;
    return {
      name: terminology.name,
      title,
      description,
      identifierForm: grammar.example,
      rules: [membership, oneToMany.sentence],
      licence: home.licence,
      attribution: home.attribution,
      homeUrl: home.home,
    };
  }

  async #table({ file }: PickedFile): Promise<SourceSurvey['table']> {
    const found = inspectTable(await file.slice(0, TABLE_HEAD_BYTES).text());
    if (found === null) return null;
    const { columns, guess } = found;
    return { columns: columns.map(({ name, samples, numeric }) => ({ name, samples, numeric })), guess };
  }
}
