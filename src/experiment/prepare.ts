/**
 * From a spec and its files to a run that can start: opens, checks, draws, tokenises and plans.
 *
 * Promises: needs no GPU and writes nothing; whatever can be known to be wrong is reported here, with the file, the
 * place and the field that fixes it; equal inputs give equal prepared runs, and equal run ids.
 * Must not know: hosts, devices, files' whereabouts.
 */
import type { Direction } from '../core/direction';
import { DIRECTION_LABEL, factKey } from '../core/direction';
import { LabError } from '../core/errors';
import type { ByteFile, FileFolder } from '../core/files';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import type { TokenExample } from '../core/packed-row';
import { tokenMeasures, type Dataset, type Pair } from '../dataset';
import { planMemory, requireTrainable, type BasePrecision, type DecodeDemand, type SessionShape } from '../engine';
import { openModel } from '../models';
import {
  chooseExamples,
  encodeQuestion,
  evaluationQuestion,
  promptDesign,
  questionStopId,
  scoreAnswer,
  trainQuestions,
  type PromptDesign,
  type Question,
} from '../prompts';
import type { FactRecord, FileIdentity } from '../records/types';
import { TEMPLATE_ROLES } from '../records/types';
import { experimentIdentity, specHash, type ExperimentSpec } from '../spec';
import { inputTokens } from '../tokens/packing';
import type { Tokenizer } from '../tokens/types';
import { prepareData, type DataInputs } from './data';
import { checkEarlyStopping } from './early-stopping';
import { withKeptActivations } from './kept-activations';
import { objectiveOf } from './methods';
import { CHUNK_FACTS, directionWork, evaluationSteps, momentAt, plannedSteps } from './plan';
import { prepareProbes, type PreparedProbe, type ProbeFiles } from './probes';
import { probeWork } from './probes/run';
import type { PreparedDirection, PreparedFact, PreparedRun } from './prepared';
import { longestRehearsal } from './rehearsal';
import { readRehearsalTexts, withheldItems, type RehearsalTexts } from './rehearsal-items';
import { chooseRowTokens } from './row-size';
import { Sources } from './sources';
import { countTrainable, trainableSpec } from './trainable';
import { WORK_KINDS, type Work } from './work-meter';

export interface RunInputs extends DataInputs {
  model: FileFolder;
  /** The texts of `retention.rehearsal.path`, where the spec rehearses texts. */
  rehearsal?: ByteFile | null;
  /** The files that `evaluation.probes` names. */
  probes?: ProbeFiles;
}

/** Throws the LabError of whatever does not fit: spec, model, ontology, counts, questions, lengths. */
export async function prepareRun(inputs: RunInputs, sources: Sources = new Sources()): Promise<PreparedRun> {
  const { spec, model: folder } = inputs;
  checkEarlyStopping(spec);
  requireTrainable(spec.adapter.kind, spec.model);
  const data = await prepareData(inputs, sources);
  const { dataset } = data;
  const design = promptDesign({ ...spec.templates, custom: spec.templates.custom }, data.terminology, spec.directions);
  const shown = chooseExamples(design, dataset);
  const model = await openModel(folder);
  const tokenizer = model.requireTokenizer();
  const stopIds = stopsOf(requireStopIds(model.stopIds, folder.name), spec, tokenizer);
  const { config } = model;
  const trainable = trainableSpec(spec, model);
  const texts = await readRehearsalTexts(spec, inputs.rehearsal, sources, {
    tokenizer,
    contextLength: config.contextLength,
  });

  const tokenised = spec.directions.map((direction) =>
    tokeniseDirection({ spec, direction, dataset, tokenizer, stopId: stopIds[0]!, design, shown, texts }),
  );
  const longestTokens = checkLengths(tokenised, config.contextLength);
  const rowTokens = spec.train.rowTokens ?? chooseRowTokens(spec, tokenised, longestTokens);
  if (longestTokens > rowTokens) throw rowTooShort(longestTokens, rowTokens);
  const rowSupervised = supervisedBound(spec, tokenised, rowTokens);
  const directions = tokenised.map((direction) => finishDirection(spec, direction, config.contextLength));

  const objective = objectiveOf(spec);
  const probes = await prepareProbes({
    ...{ spec, sources, config, tokenizer, stopIds, dataset, rowTokens },
    files: inputs.probes ?? {},
  });
  const decoding = [...decodingDemand(spec, directions), ...probes.flatMap((probe) => probe.decoding)];
  const planned: SessionShape = {
    ...sessionShape(spec, { rowTokens, supervised: rowSupervised, decoding }, probes),
    losses: objective.losses,
    optimizer: { kind: spec.optimizer.kind, loraPlusRatio: spec.optimizer.loraPlusRatio },
  };
  const { shape: session, memory } = withKeptActivations(trainable, planned, (shape) =>
    planMemory(config, trainable, shape),
  );
  const modelFiles = await model.hashFiles();
  const plannedWork: Work = { train: 0, score: 0, decode: 0 };
  for (const direction of directions) {
    const work = directionWork(spec, direction);
    for (const kind of WORK_KINDS) plannedWork[kind] += work[kind];
  }
  const probing = probeWork(
    probes,
    directions.map((direction) => evaluationSteps(spec, direction).map((step) => momentAt(spec, direction, step))),
  );
  for (const kind of WORK_KINDS) plannedWork[kind] += probing[kind];
  return {
    spec,
    specHash: specHash(spec),
    runId: runIdentity(spec, modelFiles, data.ontologyFile, dataset, texts, probes),
    model,
    modelFolder: folder,
    config,
    tokenizer,
    stopIds,
    modelFiles,
    ...data,
    design,
    shown,
    factRecords: directions.flatMap((direction) => factRecords(direction, tokenizer, spec.evaluation.probes.tokens)),
    objective,
    rehearsalFile: texts?.file ?? null,
    trainable,
    trainableParameters: countTrainable(config, trainable, model.weights),
    rowTokens,
    rowSupervised,
    memory,
    decoding,
    probes,
    session,
    directions,
    longestTokens,
    plannedSteps: directions.reduce((sum, direction) => sum + plannedSteps(spec, direction), 0),
    plannedWork,
  };
}

function requireStopIds(stopIds: readonly number[], model: string): readonly number[] {
  if (stopIds.length > 0) return stopIds;
  throw new LabError('config-invalid', `${model} names no token that ends a text, so no answer would ever end.`, {
    hint: 'Add eos_token_id to the model’s config.json.',
    control: 'model.path',
  });
}

/** In a conversation the end of the assistant's turn ends an answer, too. */
function stopsOf(stopIds: readonly number[], { templates }: ExperimentSpec, tokenizer: Tokenizer): readonly number[] {
  const plain = templates.trainStyle === 'completion' && templates.evaluationStyle === 'completion';
  const reply = plain ? null : tokenizer.replyStopId;
  return reply === null || stopIds.includes(reply) ? stopIds : [...stopIds, reply];
}

type TokenisedDirection = Pick<PreparedDirection, 'direction' | 'examples' | 'rehearsal' | 'facts'>;

interface Tokenising {
  spec: ExperimentSpec;
  direction: Direction;
  dataset: Dataset;
  tokenizer: Tokenizer;
  stopId: number;
  design: PromptDesign;
  /** In-context examples of every evaluation question. */
  shown: readonly Pair[];
  texts: RehearsalTexts | null;
}

function tokeniseDirection(inputs: Tokenising): TokenisedDirection {
  const { spec, direction, dataset, tokenizer, stopId, design, shown, texts } = inputs;
  const encode = (question: Question) =>
    encodeQuestion(question, tokenizer, questionStopId(question, tokenizer, stopId));
  const trained = (pair: Pair) => trainQuestions(pair, direction, design).map(encode);
  const factOf = (pair: Pair, seen: boolean): PreparedFact => {
    const questions = {
      'held-out': evaluationQuestion(pair, direction, 'held-out', design, shown),
      trained: evaluationQuestion(pair, direction, 'trained', design, shown),
    };
    return {
      key: factKey(pair.identifier, direction),
      pair,
      seen,
      label: questions['held-out'].completion,
      queries: { 'held-out': encode(questions['held-out']), trained: encode(questions.trained) },
    };
  };
  const facts = [
    ...dataset.seen.map((pair) => factOf(pair, true)),
    ...dataset.withheld.map((pair) => factOf(pair, false)),
  ];
  const withheld = spec.retention.rehearsal?.source === 'known-withheld' ? withheldItems(facts, trained) : [];
  return { direction, examples: dataset.seen.flatMap(trained), rehearsal: texts?.items ?? withheld, facts };
}

/** What is known of every fact before a model is asked, with the lengths that only its tokenizer knows. */
function factRecords({ direction, facts }: PreparedDirection, tokenizer: Tokenizer, pieces: boolean): FactRecord[] {
  const countTokens = (text: string) => tokenizer.encodePrompt(text).length - tokenizer.encodePrompt('').length;
  return facts.map(({ key, pair, seen, queries }) => ({
    fact: key,
    identifier: pair.identifier,
    term: pair.term,
    direction,
    seen,
    entity: pair.entity,
    count: pair.count,
    rank: pair.rank,
    stratum: pair.stratum,
    promptTokens: queries['held-out'].prompt.length,
    answerTokens: queries['held-out'].completion.length,
    ...(pieces ? { answerPieces: [...queries['held-out'].completion].map((id) => tokenizer.tokenText(id)) } : {}),
    covariates: { ...pair.covariates, ...tokenMeasures(pair, countTokens) },
  }));
}

/** The calls of the sampler to come: greedy answers, and samples where the spec asks for them. */
function decodingDemand(spec: ExperimentSpec, directions: readonly PreparedDirection[]): DecodeDemand[] {
  const most = (measure: (direction: PreparedDirection) => number) => Math.max(1, ...directions.map(measure));
  const demand = {
    longestPrompt: most(({ facts }) =>
      facts.reduce(
        (longest, { queries }) => Math.max(longest, ...TEMPLATE_ROLES.map((role) => queries[role].prompt.length)),
        1,
      ),
    ),
    prompts: Math.min(
      CHUNK_FACTS,
      most(({ facts }) => facts.length),
    ),
    maxNewTokens: most(({ maxNewTokens }) => maxNewTokens),
  };
  const { samples, sampleAt } = spec.evaluation;
  const sampled = sampleAt === 'never' || samples === 0 ? [] : [{ ...demand, samples }];
  return [{ ...demand, samples: 1 }, ...sampled];
}

/** What a session is announced: training's rows, and what probes need beyond them. */
function sessionShape(
  spec: ExperimentSpec,
  rows: Required<Pick<SessionShape, 'rowTokens' | 'supervised' | 'decoding'>>,
  probes: readonly PreparedProbe[],
): SessionShape {
  return {
    ...rows,
    precision: precisionOf(spec),
    ranks: spec.evaluation.probes.ranks,
    scoreRows: probes.flatMap(({ row }) => (row ? [row] : [])),
    states: probes.map(({ states }) => states).find((states) => states !== null) ?? null,
  };
}

/** Everything that is ever put through the model in one piece, by the name it has in messages. */
function* sequences({
  direction,
  examples,
  rehearsal,
  facts,
}: TokenisedDirection): Iterable<{ example: TokenExample; of: string }> {
  for (const fact of facts) {
    for (const role of TEMPLATE_ROLES) {
      yield {
        example: fact.queries[role],
        of: `${fact.pair.identifier} (${DIRECTION_LABEL[direction]}, ${role} question)`,
      };
    }
  }
  const perPair = examples.length / Math.max(1, facts.filter((fact) => fact.seen).length);
  for (const [index, example] of examples.entries()) {
    const fact = facts[Math.floor(index / perPair)]!;
    yield { example, of: `${fact.pair.identifier} (${DIRECTION_LABEL[direction]}, trained question)` };
  }
  for (const { of, example } of rehearsal) yield { example, of: `${of} (rehearsal)` };
}

/** Longest sequence in tokens. Throws `sequence-too-long` for one that the model cannot hold. */
function checkLengths(directions: readonly TokenisedDirection[], contextLength: number): number {
  let longest = { tokens: 0, of: '' };
  for (const direction of directions) {
    for (const { example, of } of sequences(direction)) {
      const tokens = inputTokens(example);
      if (tokens > longest.tokens) longest = { tokens, of };
    }
  }
  if (longest.tokens <= contextLength) return longest.tokens;
  throw new LabError(
    'sequence-too-long',
    `${longest.of} takes ${longest.tokens} tokens with its answer; the model’s context holds ${contextLength}.`,
    { hint: 'Choose a model with a longer context or an ontology with shorter names.', control: 'model.path' },
  );
}

function rowTooShort(longest: number, rowTokens: number): LabError {
  return new LabError(
    'sequence-too-long',
    `The longest question with its answer takes ${longest} tokens; a row holds ${rowTokens} (train.rowTokens).`,
    { hint: `Set train.rowTokens to ${Math.ceil(longest / 64) * 64} or more, or to null.`, control: 'train.rowTokens' },
  );
}

/**
 * No row can hold more supervised positions than its tokens times the largest share of completion in any question,
 * and every token of the texts that stand beside its batch.
 */
function supervisedBound(spec: ExperimentSpec, directions: readonly TokenisedDirection[], rowTokens: number): number {
  const ofTexts = spec.retention.rehearsal?.source === 'text';
  let share = 0;
  let beside = 0;
  for (const direction of directions) {
    for (const { example } of sequences(ofTexts ? { ...direction, rehearsal: [] } : direction)) {
      share = Math.max(share, example.completion.length / inputTokens(example));
    }
    if (ofTexts) beside = Math.max(beside, longestRehearsal(spec, direction.rehearsal));
  }
  return Math.min(rowTokens, Math.ceil(rowTokens * share) + beside);
}

function finishDirection(
  spec: ExperimentSpec,
  tokenised: TokenisedDirection,
  contextLength: number,
): PreparedDirection {
  const { direction, examples, rehearsal, facts } = tokenised;
  let longestPrompt = 0;
  let longestLabel = 0;
  for (const { queries } of facts) {
    for (const role of TEMPLATE_ROLES) longestPrompt = Math.max(longestPrompt, queries[role].prompt.length);
    longestLabel = Math.max(longestLabel, queries.trained.completion.length);
  }
  const { [direction]: rule } = spec.scoring;
  const score = (fact: PreparedFact, answer: string) =>
    scoreAnswer(answer, fact.pair, direction, rule, spec.templates.evaluationStyle);
  for (const fact of facts) checkLabel(fact, score(fact, fact.label).outcome === 'right');
  return {
    direction,
    examples,
    rehearsal,
    facts,
    stepsPerEpoch: Math.ceil(examples.length / spec.train.batchSize),
    maxNewTokens: Math.min(Math.max(spec.evaluation.maxNewTokens, longestLabel), contextLength - longestPrompt),
    score,
  };
}

/** tokenHit implies answerHit: the label as an answer must be right. */
function checkLabel(fact: PreparedFact, right: boolean): void {
  if (right) return;
  throw new LabError('internal', `The label “${fact.label}” of ${fact.key} is not a right answer by its own rule.`, {
    hint: 'This is a defect of Ontoscope: please report it with the spec and the ontology.',
  });
}

function precisionOf({ model: { precision, doubleQuantisation } }: ExperimentSpec): BasePrecision {
  return { precision, doubleQuantisation };
}

function runIdentity(
  spec: ExperimentSpec,
  modelFiles: readonly FileIdentity[],
  ontologyFile: FileIdentity,
  dataset: Dataset,
  texts: RehearsalTexts | null,
  probes: readonly PreparedProbe[],
): string {
  const probeFiles = probes.flatMap(({ files }) => files.map(({ file }) => file.sha256));
  const content = {
    spec: experimentIdentity(spec),
    model: modelFiles.map(({ sha256 }) => sha256),
    ontology: ontologyFile.sha256,
    dataset: dataset.hash,
    ...(texts ? { rehearsal: texts.file.sha256 } : {}),
    ...(probeFiles.length > 0 ? { probes: probeFiles } : {}),
  };
  return sha256Hex(canonicalJson(content)).slice(0, 16);
}
