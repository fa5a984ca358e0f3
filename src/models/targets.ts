/**
 * Which linear layers a set of targets means, as PEFT has it: `all-linear` (all but the head), a list of names of which
 * each is a module's path or its end, or a pattern of whole paths. It may mean other modules in each layer.
 *
 * Must not know: who asks, files.
 */
import type { LabError } from '../core/errors';
import { LINEAR_NAMES, linearNames } from '../engine';
import type { DecoderConfig, LinearName, LoraTargets } from '../engine/types';
import type { Architecture } from './architectures';

export const ALL_LINEAR = 'all-linear';

/** A pattern longer than this is no list of layers. */
const LONGEST_PATTERN = 300;
/** As many parts of a pattern may be of any length: more could take longer to match than anybody waits. */
const MOST_REPETITIONS = 5;

export interface TargetModel {
  config: DecoderConfig;
  architecture: Architecture;
}

export interface TargetRules {
  /** The error for what is wrong with the targets: "WHAT"; and what to do, where that is known better than by whoever asks. */
  refuse(what: string, hint?: string): LabError;
  /** Names of the engine's own, such as q_proj, name its layers, whatever the model calls them. */
  engineNames: boolean;
  /** The layers that have adapters; null: all. */
  layers?: readonly number[] | null;
}

/** Throws what `refuse` makes where the targets mean nothing in this model, or one of them does. */
export function resolveTargets(value: unknown, model: TargetModel, rules: TargetRules): LoraTargets {
  const { config } = model;
  const linears = linearNames(config);
  const matches = matcher(value, rules);
  const perLayer = Array.from({ length: config.layers }, (_, layer) =>
    rules.layers && !rules.layers.includes(layer)
      ? []
      : linears.filter((linear) => matches(modulePath(model, layer, linear), linear)),
  );
  const unknown = Array.isArray(value) ? value.find((name: string) => !meansAnything(name, model, rules)) : undefined;
  if (unknown !== undefined || perLayer.every((targets) => targets.length === 0)) {
    throw rules.refuse(
      `has ${JSON.stringify(unknown ?? value)}, but this model's layers are ${moduleNames(model)}`,
      typeof value === 'string' && meansAnything(value, model, rules) ? listHint(value) : undefined,
    );
  }
  const [first] = perLayer;
  return perLayer.every((targets) => targets.join() === first!.join()) ? first! : perLayer;
}

/** A text is a pattern of whole paths, even where it is a name that a list could have. */
const listHint = (name: string) => `Write it as a list: [${JSON.stringify(name)}].`;

function modulePath({ config, architecture }: TargetModel, layer: number, linear: LinearName): string {
  return architecture.linearModule(config, layer, linear).path;
}

/** The modules of a layer in short, as messages name them: `attn.c_attn, mlp.c_fc`. */
export function moduleNames(model: TargetModel): string {
  const paths = linearNames(model.config).map((linear) => modulePath(model, 0, linear));
  return [...new Set(paths)].map((path) => path.split('.').slice(-2).join('.')).join(', ');
}

export const isEnd = (path: string, name: string) => path === name || path.endsWith(`.${name}`);

const isEngineName = (name: string): name is LinearName => (LINEAR_NAMES as readonly string[]).includes(name);

function meansAnything(name: string, model: TargetModel, { engineNames }: TargetRules): boolean {
  if (engineNames && isEngineName(name)) return true;
  const { layers } = model.config;
  const linears = linearNames(model.config);
  return Array.from({ length: layers }, (_, layer) => layer).some((layer) =>
    linears.some((linear) => isEnd(modulePath(model, layer, linear), name)),
  );
}

function matcher(value: unknown, { refuse, engineNames }: TargetRules) {
  if (Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string')) {
    const names = value;
    return (path: string, linear: LinearName) =>
      names.some((name) => (engineNames && isEngineName(name) ? name === linear : isEnd(path, name)));
  }
  if (value === ALL_LINEAR) return () => true;
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_PATTERN) {
    throw refuse(`${JSON.stringify(value)} is neither a list of layer names nor a pattern`);
  }
  const slow = tooSlow(value);
  if (slow) throw refuse(`${JSON.stringify(value)} ${slow}`);
  try {
    const pattern = new RegExp(`^(?:${value})$`, 'u');
    return (path: string) => pattern.test(path);
  } catch {
    throw refuse(`${JSON.stringify(value)} is no regular expression that is read here`);
  }
}

/** Why a pattern might take forever; null where it will not. A bounded repetition counts, too: bounds may be large. */
function tooSlow(pattern: string): string | null {
  // Escaped characters and sets repeat nothing.
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const repeats = /[*+]|\{\d+(,\d*)?\}/g;
  if ((bare.match(repeats) ?? []).length > MOST_REPETITIONS) {
    return `repeats more than ${MOST_REPETITIONS} of its parts, which may take forever`;
  }
  return /\)([*+]|\{\d)/.test(bare) ? 'repeats a group, which may take forever' : null;
}
