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
import type { FileFolder, NamedText } from '../core/files';
import { sha256Hex } from '../core/hash';
import { canonicalJson } from '../core/json';
import type { TokenExample } from '../core/packed-row';
import { drawDataset, type Dataset, type Pair } from '../dataset';
import { planMemory, type TrainableSpec, type WeightInfo } from '../engine';
import { loraScale, openModel } from '../models';
import { readCounts, readOntology } from '../ontology';
import { answerText, completionText, evaluationPrompt, scoreAnswer, templateSet, trainPrompts } from '../prompts';
import type { FileIdentity, TemplateRole } from '../records/types';
import { TEMPLATE_ROLES } from '../records/types';
import { experimentIdentity, specHash, type ExperimentSpec } from '../spec';
import { inputTokens } from '../tokens/packing';
import type { Tokenizer } from '../tokens/types';
import { directionWork } from './plan';
import type { PreparedDirection, PreparedFact, PreparedRun } from './prepared';
import { chooseRowTokens } from './row-size';
import { WORK_KINDS, type Work } from './work-meter';

export interface RunInputs {
  spec: ExperimentSpec;
  model: FileFolder;
  ontology: NamedText;
  counts: NamedText | null;
}

/** Throws the LabError of whatever does not fit: spec, model, ontology, counts, lengths. */
export async function prepareRun({
  spec,
  model: folder,
  ontology: file,
  counts: countsFile,
}: RunInputs): Promise<PreparedRun> {
  templateSet(spec.templates.set);
  const { termColumn, identifierColumn } = spec.ontology;
  const ontology = readOntology(file, { termColumn, identifierColumn });
  const counts = countsFile && readCounts(countsFile, spec.ontology.counts ?? {});
  const dataset = drawDataset({
    ontology,
    counts: counts?.byIdentifier ?? null,
    ...spec.sampling,
    seed: spec.seed,
  });
  const model = await openModel(folder);
  const tokenizer = model.requireTokenizer();
  const stopIds = requireStopIds(model.stopIds, folder.name);
  const { config } = model;

  const tokenised = spec.directions.map((direction) =>
    tokeniseDirection(spec, direction, dataset, tokenizer, stopIds[0]!),
  );
  const longestTokens = checkLengths(tokenised, config.contextLength);
  const rowTokens = spec.train.rowTokens ?? chooseRowTokens(spec, tokenised, longestTokens);
  if (longestTokens > rowTokens) throw rowTooShort(longestTokens, rowTokens);
  const rowSupervised = supervisedBound(tokenised, rowTokens);
  const directions = tokenised.map((direction) => finishDirection(spec, direction, config.contextLength));

  const trainable = trainableSpec(spec);
  const modelFiles = await model.hashFiles();
  const ontologyFile = textIdentity(file);
  const plannedWork: Work = { train: 0, score: 0, decode: 0 };
  for (const direction of directions) {
    const work = directionWork(spec, direction);
    for (const kind of WORK_KINDS) plannedWork[kind] += work[kind];
  }
  return {
    spec,
    specHash: specHash(spec),
    runId: runIdentity(spec, modelFiles, ontologyFile, dataset),
    model,
    modelFolder: folder,
    config,
    tokenizer,
    stopIds,
    modelFiles,
    ontology,
    ontologyFile,
    countsFile: countsFile && textIdentity(countsFile),
    dataset,
    trainable,
    trainableParameters: countTrainable(trainable, model.weights),
    rowTokens,
    rowSupervised,
    memory: planMemory(config, trainable, { rowTokens, supervised: rowSupervised }),
    directions,
    longestTokens,
    plannedSteps: directions.reduce((sum, { stepsPerEpoch }) => sum + stepsPerEpoch * spec.train.epochs, 0),
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

type TokenisedDirection = Pick<PreparedDirection, 'direction' | 'examples' | 'facts'>;

function tokeniseDirection(
  spec: ExperimentSpec,
  direction: Direction,
  dataset: Dataset,
  tokenizer: Tokenizer,
  stopId: number,
): TokenisedDirection {
  const set = spec.templates.set;
  const completionOf = (pair: Pair) => tokenizer.encodeCompletion(completionText(pair, direction), stopId);
  const examples: TokenExample[] = dataset.seen.flatMap((pair) => {
    const completion = completionOf(pair);
    return trainPrompts(pair, direction, set).map((prompt) => ({ prompt: tokenizer.encodePrompt(prompt), completion }));
  });
  const factOf = (pair: Pair, seen: boolean): PreparedFact => {
    const completion = completionOf(pair);
    const query = (role: TemplateRole): TokenExample => ({
      prompt: tokenizer.encodePrompt(evaluationPrompt(pair, direction, role, set)),
      completion,
    });
    return {
      key: factKey(pair.identifier, direction),
      pair,
      seen,
      label: completionText(pair, direction),
      queries: { 'held-out': query('held-out'), trained: query('trained') },
    };
  };
  const facts = [
    ...dataset.seen.map((pair) => factOf(pair, true)),
    ...dataset.withheld.map((pair) => factOf(pair, false)),
  ];
  return { direction, examples, facts };
}

/** Everything that is ever put through the model in one piece, by the name it has in messages. */
function* sequences({
  direction,
  examples,
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

/** No row can hold more supervised positions than its tokens times the largest share of completion in any sequence. */
function supervisedBound(directions: readonly TokenisedDirection[], rowTokens: number): number {
  let share = 0;
  for (const direction of directions) {
    for (const { example } of sequences(direction)) {
      share = Math.max(share, example.completion.length / inputTokens(example));
    }
  }
  return Math.min(rowTokens, Math.ceil(rowTokens * share));
}

function finishDirection(
  spec: ExperimentSpec,
  tokenised: TokenisedDirection,
  contextLength: number,
): PreparedDirection {
  const { direction, examples, facts } = tokenised;
  let longestPrompt = 0;
  let longestLabel = 0;
  for (const { queries } of facts) {
    for (const role of TEMPLATE_ROLES) longestPrompt = Math.max(longestPrompt, queries[role].prompt.length);
    longestLabel = Math.max(longestLabel, queries.trained.completion.length);
  }
  const isRight = (fact: PreparedFact, answer: string) => scoreAnswer(answer, fact.pair, direction);
  for (const fact of facts) checkLabel(fact, isRight(fact, answerText(fact.label)));
  return {
    direction,
    examples,
    facts,
    stepsPerEpoch: Math.ceil(examples.length / spec.train.batchSize),
    maxNewTokens: Math.min(Math.max(spec.evaluation.maxNewTokens, longestLabel), contextLength - longestPrompt),
    isRight,
  };
}

/** tokenHit implies answerHit: the label as an answer must be right. */
function checkLabel(fact: PreparedFact, right: boolean): void {
  if (right) return;
  throw new LabError('internal', `The label “${fact.label}” of ${fact.key} is not a right answer by its own rule.`, {
    hint: 'This is a defect of Ontoscope: please report it with the spec and the ontology.',
  });
}

function trainableSpec({ adapter }: ExperimentSpec): TrainableSpec {
  if (adapter.kind === 'full') return { kind: 'full' };
  const { rank, alpha, scaling, targets } = adapter;
  return { kind: 'lora', rank, scale: loraScale(rank, alpha, scaling), targets };
}

/** LoRA: rank × (in + out) of every target; full: every weight. */
function countTrainable(trainable: TrainableSpec, weights: readonly WeightInfo[]): number {
  const size = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);
  if (trainable.kind === 'full') return weights.reduce((sum, { shape }) => sum + size(shape), 0);
  if (trainable.kind === 'none') return 0;
  const targets = new Set<string>(trainable.targets);
  return weights
    .filter(({ name }) => targets.has(name.split('.').at(-1)!))
    .reduce((sum, { shape }) => sum + trainable.rank * (shape[0]! + shape[1]!), 0);
}

function textIdentity({ name, text }: NamedText): FileIdentity {
  const bytes = new TextEncoder().encode(text);
  return { name: name.split(/[\\/]/).at(-1)!, bytes: bytes.length, sha256: sha256Hex(bytes) };
}

function runIdentity(
  spec: ExperimentSpec,
  modelFiles: readonly FileIdentity[],
  ontologyFile: FileIdentity,
  dataset: Dataset,
): string {
  const content = {
    spec: experimentIdentity(spec),
    model: modelFiles.map(({ sha256 }) => sha256),
    ontology: ontologyFile.sha256,
    dataset: dataset.hash,
  };
  return sha256Hex(canonicalJson(content)).slice(0, 16);
}
