/**
 * What is known of the bundled model, counted from what its building wrote.
 *
 * Promises: pure; nothing that tells the time, so the same model gives the same card; every figure has its n.
 * Must not know: where files lie, how a card is worded.
 */
import { DIRECTIONS, type Direction } from '../../src/core/direction';
import type { World } from '../../src/experiment';
import type { HeldOutRecord, PretrainManifest, PretrainStep } from '../../src/experiment/pretrain/records';
import type { Manifest, TrialRecord } from '../../src/records';
import { isLatent } from '../../src/stats/events';

export interface CardFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** Data that a group was drawn from. */
export interface CardSource {
  group: string;
  title: string;
  version: string;
  licence: string;
  licenceUrl: string | null;
  attribution: string;
  changes: string;
}

export interface Tally {
  facts: number;
  known: number;
  /** Wrong when decoded greedily, right in at least one sample. */
  latent: number;
  unknown: number;
}

export interface ModelCard {
  cardVersion: 1;
  name: string;
  licence: string;
  parameters: number;
  shape: { layers: number; hiddenSize: number; vocabulary: number; contextLength: number };
  files: CardFile[];
  /** What it was built of and on. */
  built: {
    command: string;
    worldHash: string;
    corpusSha256: string;
    configHash: string;
    seed: number;
    sentences: number;
    filler: number;
    tokens: number;
    steps: number;
    adapter: { description: string; vendor: string; host: string };
    ontoscope: string;
  };
  groups: {
    name: string;
    facts: number;
    example: { term: string; identifier: string };
    exposures: { times: number; facts: number }[];
  }[];
  sources: CardSource[];
  /** Mean loss in nats per token: of the training steps since the row before, and on sentences that were never trained. */
  curve: { step: number; tokens: number; trained: number | null; heldOut: number }[];
  baseline: {
    experiment: string;
    facts: number;
    samples: number;
    temperature: number;
    question: string;
    groups: ({ direction: Direction; group: string } & Tally)[];
    exposures: ({ direction: Direction; exposures: number } & Tally)[];
  };
}

/** Rows of the curve beside the first and the last. */
const CURVE_ROWS = 8;

export function curveOf(steps: readonly PretrainStep[], heldOut: readonly HeldOutRecord[]): ModelCard['curve'] {
  const stride = Math.max(1, Math.ceil((heldOut.length - 1) / CURVE_ROWS));
  const shown = heldOut.filter((_, i) => i % stride === 0 || i === heldOut.length - 1);
  return shown.map(({ step, trainedTokens, loss }, i) => {
    const since = steps.filter((each) => each.step > (shown[i - 1]?.step ?? 0) && each.step <= step);
    const tokens = since.reduce((sum, each) => sum + each.tokens, 0);
    const trained = since.reduce((sum, each) => sum + each.loss * each.tokens, 0) / tokens;
    return {
      step,
      tokens: trainedTokens,
      trained: since.length === 0 ? null : rounded(trained),
      heldOut: rounded(loss),
    };
  });
}

export function baselineTally(trials: readonly TrialRecord[]): Tally {
  const known = trials.filter(({ answerHit }) => answerHit).length;
  const latent = trials.filter(isLatent).length;
  return { facts: trials.length, known, latent, unknown: trials.length - known - latent };
}

export interface CardInputs {
  name: string;
  licence: string;
  command: string;
  experiment: string;
  world: World;
  pretraining: PretrainManifest;
  steps: readonly PretrainStep[];
  heldOut: readonly HeldOutRecord[];
  files: CardFile[];
  sources: CardSource[];
  run: Manifest;
  trials: readonly TrialRecord[];
}

export function modelCard(inputs: CardInputs): ModelCard {
  const { world, pretraining, run } = inputs;
  const { corpus, gpu, model } = pretraining;
  const factOf = new Map(world.facts.map((fact) => [fact.identifier, fact]));
  const asked = inputs.trials.filter(({ epoch, template }) => epoch === 0 && template === 'held-out');
  const tallies = <T>(keys: readonly T[], keyOf: (trial: TrialRecord) => T) =>
    DIRECTIONS.flatMap((direction) =>
      keys.map((key) => ({
        direction,
        key,
        ...baselineTally(asked.filter((trial) => trial.direction === direction && keyOf(trial) === key)),
      })),
    );
  const times = [...new Set(world.facts.map(({ exposures }) => exposures))].sort((a, b) => a - b);
  const names = world.spec.groups.map(({ name }) => name);
  return {
    cardVersion: 1,
    name: inputs.name,
    licence: inputs.licence,
    parameters: model.parameters,
    shape: {
      layers: model.layers,
      hiddenSize: model.hiddenSize,
      vocabulary: model.vocabSize,
      contextLength: model.contextLength,
    },
    files: inputs.files,
    built: {
      command: inputs.command,
      worldHash: world.hash,
      corpusSha256: corpus.sha256,
      configHash: pretraining.configHash,
      seed: pretraining.config.seed,
      sentences: corpus.sentences,
      filler: corpus.filler,
      tokens: pretraining.trained.tokens,
      steps: pretraining.trained.steps,
      adapter: { description: gpu.description, vendor: gpu.vendor, host: gpu.host },
      ontoscope: pretraining.versions.ontoscope,
    },
    groups: names.map((name) => {
      const facts = world.facts.filter(({ group }) => group === name);
      const { term, identifier } = facts.find(({ exposures }) => exposures > 0) ?? facts[0]!;
      const count = (n: number) => facts.filter(({ exposures }) => exposures === n).length;
      const exposures = times.map((n) => ({ times: n, facts: count(n) })).filter((bucket) => bucket.facts > 0);
      return { name, facts: facts.length, example: { term, identifier }, exposures };
    }),
    sources: inputs.sources,
    curve: curveOf(inputs.steps, inputs.heldOut),
    baseline: {
      experiment: inputs.experiment,
      facts: asked.length / DIRECTIONS.length,
      samples: run.spec.evaluation.samples,
      temperature: run.spec.evaluation.temperature,
      question: 'held-out',
      groups: tallies(names, ({ identifier }) => factOf.get(identifier)!.group).map(({ key, ...rest }) => ({
        group: key,
        ...rest,
      })),
      exposures: tallies(times, ({ identifier }) => factOf.get(identifier)!.exposures).map(({ key, ...rest }) => ({
        exposures: key,
        ...rest,
      })),
    },
  };
}

/** As many places as a reader looks at; hosts agree on them. */
function rounded(loss: number): number {
  return Number(loss.toFixed(4));
}
