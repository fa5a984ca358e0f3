/**
 * Genes and diseases of the Comparative Toxicogenomics Database, in its own files: comma-separated, the header among the
 * comments, or as a row, or absent.
 *
 * Promises: one association for each gene and disease; kinds of evidence of rows about the same two are united. Rows that
 * CTD infers over a chemical have no evidence of their own. Must not know: what the associations are used for.
 */
import type { DelimitedRow } from '../../core/delimited';
import { ownText } from '../../core/own-text';
import type { Place } from '../../core/text-fault';
import type { Association, Associations } from '../types';
import { headedFormat, type HeadedReader, type Header } from './headed';
import { CommentFacts, sourceHeader, type Reading } from './reading';

const CURATED = 'GeneSymbol GeneID DiseaseName DiseaseID DirectEvidence OmimIDs PubMedIDs';
const INFERRED =
  'GeneSymbol GeneID DiseaseName DiseaseID DirectEvidence InferenceChemicalName InferenceScore OmimIDs PubMedIDs';
const DISEASE_ID = /^(MESH|OMIM):\w+$/;
const GENE_ID = /^\d+$/;

interface Columns {
  symbol: number;
  gene: number;
  disease: number;
  diseaseId: number;
  evidence: number;
}

function columnsOf(header: Header): Columns | null {
  const symbol = header.find('genesymbol');
  const gene = header.find('geneid');
  const disease = header.find('diseasename');
  const diseaseId = header.find('diseaseid');
  const evidence = header.find('directevidence');
  if (symbol === null || gene === null || disease === null || diseaseId === null || evidence === null) return null;
  return { symbol, gene, disease, diseaseId, evidence };
}

/** What the comments say of the file: neither release nor terms of use stand there as keys and values alone. */
class CtdFacts {
  readonly #facts = new CommentFacts();
  #name: string | null = null;
  #terms: string | null = null;

  take(text: string): void {
    this.#facts.take(text);
    if (text.length > 1000) return;
    this.#name ??= /Comparative Toxicogenomics Database/.exec(text)?.[0] ?? null;
    this.#terms ??= /\bterms\b.*?(https?:\/\/\S+)/.exec(text)?.[1] ?? null;
  }

  get stated() {
    return {
      version: this.#facts.get('report created'),
      name: this.#name,
      licence: this.#facts.licence ?? this.#terms,
    };
  }
}

class CtdReader implements HeadedReader {
  readonly #columns: Columns;
  readonly #reading: Reading;
  readonly #facts: CtdFacts;
  readonly #rows = new Map<string, Association>();
  /** Names, identifiers and kinds of evidence recur. */
  readonly #texts = new Map<string, string>();
  #records = 0;

  constructor(columns: Columns, reading: Reading, facts: CtdFacts) {
    this.#columns = columns;
    this.#reading = reading;
    this.#facts = facts;
  }

  get records(): number {
    return this.#records;
  }

  row(row: DelimitedRow): void {
    const { symbol, gene, disease, diseaseId, evidence } = this.#columns;
    const { cells } = row;
    this.#records += 1;
    const empty = [symbol, disease].find((column) => cells[column] === '');
    if (!GENE_ID.test(cells[gene]!)) this.#reading.leaveOut(row, gene, 'this is no NCBI gene identifier such as 7157');
    else if (!DISEASE_ID.test(cells[diseaseId]!)) {
      this.#reading.leaveOut(row, diseaseId, 'this is no disease identifier such as MESH:D009369 or OMIM:151623');
    } else if (empty !== undefined) this.#reading.leaveOut(row, empty, 'the name is empty');
    else {
      const kinds = cells[evidence]!.split('|').map((kind) => kind.trim());
      this.#add(
        cells,
        kinds.filter((kind) => kind !== ''),
      );
    }
  }

  #add(cells: readonly string[], kinds: readonly string[]): void {
    const { symbol, gene, disease, diseaseId } = this.#columns;
    const key = `${cells[gene]!}\t${cells[diseaseId]!}`;
    let association = this.#rows.get(key);
    if (association === undefined) {
      association = {
        subjectId: this.#own(`NCBIGene:${cells[gene]!}`),
        subjectLabel: this.#own(cells[symbol]!),
        objectId: this.#own(cells[diseaseId]!),
        objectLabel: this.#own(cells[disease]!),
        evidence: [],
      };
      this.#rows.set(key, association);
    }
    for (const kind of kinds) if (!association.evidence.includes(kind)) association.evidence.push(this.#own(kind));
  }

  #own(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    this.#texts.set(own, own);
    return own;
  }

  finish(end: Place): Associations {
    if (this.#rows.size === 0) {
      throw this.#reading.empty(
        end,
        'associations',
        'Choose a file of genes and diseases with rows below the comments.',
      );
    }
    return {
      kind: 'associations',
      ...sourceHeader(this.#reading, 'ctd', this.#facts.stated),
      rows: [...this.#rows.values()],
      subject: 'gene',
      object: 'disease',
    };
  }
}

export const ctdFormat = headedFormat(() => {
  const facts = new CtdFacts();
  return {
    format: 'ctd',
    kind: 'associations',
    title: 'a CTD file of genes and diseases',
    isHeader: (header) => columnsOf(header) !== null,
    layout: (cells) => {
      if (!GENE_ID.test(cells[1] ?? '') || !DISEASE_ID.test(cells[3] ?? '')) return null;
      return { 7: CURATED, 9: INFERRED }[cells.length]?.split(' ') ?? null;
    },
    comment: (text) => facts.take(text),
    open: (header, reading) => {
      const columns = columnsOf(header);
      if (columns !== null) return new CtdReader(columns, reading, facts);
      throw reading.fault(header.place(0), 'this is neither a header nor a row of a CTD file', {
        text: header.names.join(','),
        hint: `Give the file the header ${CURATED.replaceAll(' ', ',')}.`,
      });
    },
  };
});
