/**
 * Rotary inverse frequencies from a configuration, in the spellings of transformers 4 (`rope_theta`, `rope_scaling`)
 * and 5 (`rope_parameters`).
 *
 * Promises: the frequencies include the scaling rule, so the engine needs no other word about it.
 * Must not know: how the engine rotates.
 */
import { LabError } from '../core/errors';
import type { Fields } from './fields';

const DEFAULT_THETA = 10000;
const SUPPORTED = ['default', 'llama3'];

export interface RopeReading {
  /** The section that holds the rotation, where it is not `rope_parameters` itself. */
  parameters?: Fields;
  /** Where the configuration names no rope_theta. */
  theta?: number;
  /** The family rotates a share of each head, and `rotated` is that share. */
  partial?: boolean;
}

/** θ^(−2j / rotated), [rotated / 2]. */
export function plainFrequencies(theta: number, rotated: number): number[] {
  return Array.from({ length: rotated / 2 }, (_, j) => theta ** ((-2 * j) / rotated));
}

/**
 * Radians per position, [rotated / 2], of the first `rotated` dimensions of a head: θ^(−2j / rotated), scaled.
 * Throws `rope-unsupported` or `config-invalid`.
 */
export function inverseFrequencies(config: Fields, rotated: number, reading: RopeReading = {}): number[] {
  const parameters = reading.parameters ?? config.section('rope_parameters');
  const scaling = parameters ?? config.section('rope_scaling');
  const theta = parameters?.has('rope_theta')
    ? parameters.positive('rope_theta')
    : config.positive('rope_theta', reading.theta ?? DEFAULT_THETA);
  for (const section of reading.partial ? [] : [config, parameters]) {
    const share = section?.positive('partial_rotary_factor', 1) ?? 1;
    if (share !== 1) throw unsupported(config, `rotates a share of ${share} of each head (partial_rotary_factor)`);
  }
  const base = plainFrequencies(theta, rotated);
  const type = scaling?.text('rope_type') ?? scaling?.text('type') ?? 'default';
  if (type === 'default' || scaling === null) return base;
  if (type !== 'llama3') throw unsupported(config, `uses the rope type "${type}"`);
  return scaleLlama3(base, scaling);
}

/**
 * The Llama 3.1 rule: wavelengths 2π/f beyond the original context divided by `low_freq_factor` are stretched by
 * `factor`, those below the context divided by `high_freq_factor` are kept, and between them the two are blended.
 */
function scaleLlama3(base: number[], scaling: Fields): number[] {
  const factor = scaling.positive('factor');
  const low = scaling.positive('low_freq_factor');
  const high = scaling.positive('high_freq_factor');
  const context = scaling.count('original_max_position_embeddings');
  if (high <= low) throw scaling.invalid('high_freq_factor', `above low_freq_factor, ${low}`);
  return base.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength < context / high) return frequency;
    if (wavelength > context / low) return frequency / factor;
    const keep = (context / wavelength - low) / (high - low);
    return ((1 - keep) * frequency) / factor + keep * frequency;
  });
}

function unsupported(config: Fields, what: string): LabError {
  return new LabError('rope-unsupported', `${config.file}: the model ${what}, which Ontoscope does not implement.`, {
    hint: `Choose a model whose rope type is ${SUPPORTED.join(' or ')}, over whole heads.`,
    control: 'model.path',
  });
}
