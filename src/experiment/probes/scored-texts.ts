/**
 * Completions that a probe scores by teacher forcing at every evaluation, in parts with safe points between them.
 *
 * Promises: the parts that an earlier process recorded are not scored again; each part's records are emitted together.
 */
import { DIRECTION_LABEL } from '../../core/direction';
import { LabError } from '../../core/errors';
import type { TokenExample } from '../../core/packed-row';
import type { DecodeDemand, Session } from '../../engine';
import type { FileIdentity, ProbeMoment, ProbeRecordKind, ProbeRecords, ProbeSource } from '../../records';
import { inputTokens } from '../../tokens/packing';
import { scoreExamples, type ForcedScore, type ForcingOptions } from '../teacher-forcing';
import type { PreparedProbe, ProbeInputs, ProbeName, ProbeRun } from './types';

/** Completions scored and recorded together. */
const PART = 64;

export interface ScoredText {
  example: TokenExample;
  prompt: string;
  completion: string;
}

/** A text with its score, on the way to becoming a record. */
export interface MeasuredText extends ScoredText, ForcedScore {
  index: number;
  source: ProbeSource;
  moment: ProbeMoment;
}

/** One of the probes that score texts. */
export interface TextKind<K extends ProbeRecordKind = ProbeRecordKind> {
  name: ProbeName;
  kind: K;
  /** Path of the spec field that names its file. */
  field: string;
  record(measured: MeasuredText): ProbeRecords[K][number];
}

/** The probe of texts that a file brought, encoded already. */
export function probeOfFile<K extends ProbeRecordKind>(
  inputs: ProbeInputs,
  of: TextKind<K>,
  { identity, warnings, texts }: { identity: FileIdentity; warnings: string[]; texts: ScoredText[] },
): PreparedProbe {
  const lengths = texts.map(({ example }) => inputTokens(example));
  return probe(inputs, of, {
    files: [{ field: of.field, file: identity }],
    warnings,
    records: texts.length,
    tokens: lengths.reduce((sum, tokens) => sum + tokens, 0),
    longest: Math.max(1, ...lengths),
    decoding: null,
    source: 'file',
    textsOf: () => Promise.resolve(texts),
  });
}

/** The probe of texts that the base model writes itself, `longest` tokens scored of each at most. */
export function probeOfOwnTexts<K extends ProbeRecordKind>(
  inputs: ProbeInputs,
  of: TextKind<K>,
  own: { longest: number; decoding: DecodeDemand; textsOf: PreparedTexts['textsOf'] },
): PreparedProbe {
  const records = own.decoding.prompts * own.decoding.samples;
  return probe(inputs, of, { files: [], warnings: [], records, tokens: records * own.longest, source: 'own', ...own });
}

interface PreparedTexts extends Pick<PreparedProbe, 'files' | 'warnings' | 'records' | 'tokens'> {
  longest: number;
  decoding: DecodeDemand | null;
  source: ProbeSource;
  /** On a session that still is the base model. */
  textsOf(session: Session, signal: AbortSignal): Promise<ScoredText[]>;
}

function probe<K extends ProbeRecordKind>(
  { config, stopIds, rowTokens }: ProbeInputs,
  of: TextKind<K>,
  { files, warnings, records, tokens, longest, decoding, source, textsOf }: PreparedTexts,
): PreparedProbe {
  const row = Math.max(longest, rowTokens);
  const options = { rowTokens: row, contextLength: config.contextLength, stopIds };
  return {
    ...{ name: of.name, kind: of.kind, files, warnings, records, tokens },
    due: () => true,
    decoding: decoding === null ? [] : [decoding],
    decodedTokens: decoding === null ? 0 : records * decoding.maxNewTokens,
    // Every position of it supervised at worst.
    row: { tokens: row, supervised: row },
    states: null,
    async open(session, signal) {
      const texts = await textsOf(session, signal);
      return { measure: (run) => measureTexts(run, of, source, texts, options) };
    },
  };
}

async function measureTexts<K extends ProbeRecordKind>(
  run: ProbeRun,
  { kind, record }: TextKind<K>,
  source: ProbeSource,
  texts: readonly ScoredText[],
  options: ForcingOptions,
): Promise<void> {
  const { moment } = run;
  for (let first = run.done[kind].length; first < texts.length; first += PART) {
    await run.gate();
    const part = texts.slice(first, first + PART);
    const scores = await scoreExamples(
      run.session,
      part.map(({ example }) => example),
      options,
    );
    const bad = scores.findIndex(({ logProb }) => !Number.isFinite(logProb));
    if (bad >= 0) throw notFinite(run, kind, first + bad);
    run.worked(part.reduce((sum, { example }) => sum + inputTokens(example), 0));
    const records = part.map((text, at) => record({ ...text, ...scores[at]!, index: first + at, source, moment }));
    await run.emit(kind, records as ProbeRecords[K]);
  }
}

function notFinite({ moment }: ProbeRun, kind: ProbeRecordKind, index: number): LabError {
  return new LabError(
    'loss-not-finite',
    `The log-probability of ${kind} ${index} after step ${moment.step} of ${DIRECTION_LABEL[moment.direction]} is not a finite number.`,
    {
      hint: 'If the model itself is sound, training has blown up: lower optimizer.learningRate or set optimizer.clipNorm.',
      control: 'optimizer.learningRate',
    },
  );
}
