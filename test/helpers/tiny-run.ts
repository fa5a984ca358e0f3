/**
 * A whole experiment, small enough for a unit test: the tiny model's folder, sixteen made-up terms, a short spec.
 */
import { byteFile, type NamedText } from '../../src/core/files';
import { prepareRun, type PreparedRun, type ProbeFiles } from '../../src/experiment';
import { applyOverrides, parseSpec } from '../../src/spec';
import { memoryFolder, tinyModelFiles } from './tiny-model';

/** Made-up anatomy of a made-up animal. */
const LABELS = [
  'short tail', 'blue ear', 'round paw', 'long snout', 'soft fur', 'thin leg', 'wide jaw', 'curled horn',
  'pale eye', 'rough scale', 'small wing', 'dark claw', 'split fin', 'broad back', 'bent beak', 'warm nose',
]; // prettier-ignore

export const tinyTerms: NamedText = {
  name: 'terms.tsv',
  text: `identifier\tterm\n${LABELS.map((label, i) => `ZZ:${String(i * 7 + 11).padStart(3, '0')}\t${label}`).join('\n')}\n`,
};

/** Spec as a plain value; `sets` are `--set` assignments. */
export function tinySpec(...sets: string[]): unknown {
  const spec = {
    specVersion: 2,
    name: 'tiny',
    seed: 7,
    model: { path: 'models/tiny' },
    ontology: { path: 'terms.tsv' },
    sampling: { bins: 2, seen: 8, withheld: 4 },
    adapter: { kind: 'lora', rank: 2, alpha: 4, targets: ['q_proj', 'v_proj'] },
    optimizer: { learningRate: 0.05 },
    schedule: { kind: 'cosine', warmupSteps: 2 },
    train: { epochs: 2, batchSize: 10 },
    evaluation: { samples: 4, maxNewTokens: 16 },
  };
  return applyOverrides(spec, sets);
}

export function prepareTiny(...sets: string[]): Promise<PreparedRun> {
  return prepareTinyWith({}, ...sets);
}

/** The same with the files that `evaluation.probes` names. */
export function prepareTinyWith(probes: ProbeFiles, ...sets: string[]): Promise<PreparedRun> {
  return prepareRun({
    probes,
    spec: parseSpec(tinySpec(...sets), 'tiny.json'),
    model: memoryFolder(tinyModelFiles()),
    ontology: byteFile(tinyTerms),
    counts: null,
    covariates: [],
  });
}
