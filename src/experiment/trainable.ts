/**
 * What a spec trains of a model: its adapter's settings as the engine takes them.
 *
 * Must not know: data, devices.
 */
import { elementsOfAll } from '../core/shape';
import { LabError } from '../core/errors';
import {
  adapterShapes,
  targetsIn,
  type DecoderConfig,
  type LoraTargets,
  type TrainableSpec,
  type WeightInfo,
} from '../engine';
import { architecture, type ArchitectureName, loraScale, resolveTargets } from '../models';
import type { ExperimentSpec } from '../spec';

/** Throws `spec-invalid` for targets that this model has not. */
export function trainableSpec(
  { adapter, optimizer }: ExperimentSpec,
  model: { architecture: ArchitectureName; config: DecoderConfig },
): TrainableSpec {
  if (adapter.kind === 'full') {
    if (optimizer.loraPlusRatio !== null) throw noLoraPlus();
    return { kind: 'full' };
  }
  const { rank, alpha, scaling, dora } = adapter;
  const targets = resolveTargets(
    adapter.targets,
    { config: model.config, architecture: architecture(model.architecture) },
    { engineNames: true, refuse: wrongTargets },
  );
  if (dora) requireWholeModules(targets, model.config);
  return { kind: 'lora', rank, scale: loraScale(rank, alpha, scaling), targets, ...(dora && { dora }) };
}

function wrongTargets(what: string, hint = 'Name layers of this model, or write all-linear.'): LabError {
  return new LabError('spec-invalid', `adapter.targets ${what}.`, {
    hint,
    control: 'adapter.targets',
  });
}

function noLoraPlus(): LabError {
  return new LabError('spec-invalid', 'optimizer.loraPlusRatio needs an adapter, but adapter.kind is full.', {
    hint: 'Set optimizer.loraPlusRatio to null, or adapter.kind to lora.',
    control: 'optimizer.loraPlusRatio',
  });
}

/** A module that computes queries, keys and values at once has one vector of magnitudes for all of them. */
function requireWholeModules(targets: LoraTargets, { layers, traits }: DecoderConfig): void {
  if (!traits.fusedQkv) return;
  for (let layer = 0; layer < layers; layer++) {
    const named = targetsIn(targets, layer).filter((name) => /^[qkv]_proj$/.test(name));
    if (named.length === 0 || named.length === 3) continue;
    throw new LabError(
      'spec-invalid',
      `adapter.targets names ${named.join(' and ')}, but in this model q_proj, k_proj and v_proj are one module, and DoRA adapts it whole.`,
      { hint: 'Name all three or none, or turn adapter.dora off.', control: 'adapter.targets' },
    );
  }
}

/** LoRA: rank × (in + out) of every target, and DoRA's magnitudes; full: every weight. */
export function countTrainable(
  config: DecoderConfig,
  trainable: TrainableSpec,
  weights: readonly WeightInfo[],
): number {
  if (trainable.kind === 'full') return elementsOfAll(weights);
  if (trainable.kind === 'none') return 0;
  return adapterShapes(config, trainable).reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}
