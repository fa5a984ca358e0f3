/**
 * What layers of attention share within one call: which keys are seen, and how far heads are rotated.
 *
 * Promises: a key is seen where attention_mask is 1, where it stands no later than the query, and, on local layers, within
 * the window. Positions are position_ids throughout, so padding on the left changes nothing.
 * Must not know: weights, families.
 */
import type { DecoderConfig } from '../engine/types';
import type { Graph, Value } from './graph';

/** Added to the score of a key that is not seen: far from infinite, so that a row of padding stays finite. */
const UNSEEN = -3.4028234663852886e38;

export interface CallInputs {
  /** [batch, sequence]. */
  ids: Value;
  /** [batch, past + sequence]; 0 for padding. */
  mask: Value;
  /** [batch, sequence]. */
  positions: Value;
}

/** Of layers of one kind. */
export interface Sight {
  /** Added to the scores, [batch, 1, sequence, past + sequence]. */
  bias: Value;
  /** [batch, 1, sequence, pairs] each; null where heads are not rotated. */
  rotation: { cos: Value; sin: Value; pairs: number } | null;
}

/** For each layer the sight of its kind, made once. */
export function layerSights(graph: Graph, config: DecoderConfig, call: CallInputs): (layer: number) => Sight {
  const { local, positions } = config.traits;
  const keys = keyPlaces(graph, call);
  const sight = (name: string, frequencies: readonly number[], window: number | null): Sight => ({
    bias: visibility(graph, keys, window),
    rotation: positions === 'rotary' ? rotation(graph, name, config.contextLength, frequencies, call.positions) : null,
  });
  const kinds = new Map<boolean, Sight>();
  return (layer) => {
    const own = local?.layers.includes(layer) ? local : null;
    const made =
      kinds.get(own !== null) ??
      (own ? sight('local', own.inverseFrequencies, own.window) : sight('full', config.inverseFrequencies, null));
    kinds.set(own !== null, made);
    return made;
  };
}

interface KeyPlaces {
  /** Places of the keys in the cache, [past + sequence]. */
  keys: Value;
  /** Those of the queries, [sequence, 1]. */
  queries: Value;
  /** Keys that are no padding, [batch, 1, 1, past + sequence]. */
  real: Value;
}

function keyPlaces(graph: Graph, { ids, mask }: CallInputs): KeyPlaces {
  const length = (of: Value) => graph.op('Gather', [graph.op('Shape', [of]), graph.int(1)], { axis: 0 });
  const [total, sequence, one] = [length(mask), length(ids), graph.int(1)];
  const past = graph.op('Sub', [total, sequence]);
  return {
    keys: graph.op('Range', [graph.int(0), total, one]),
    queries: graph.op('Unsqueeze', [graph.op('Range', [past, total, one]), graph.int([1])]),
    real: graph.op('Unsqueeze', [graph.cast(mask, 'bool'), graph.int([1, 2])]),
  };
}

function visibility(graph: Graph, { keys, queries, real }: KeyPlaces, window: number | null): Value {
  const causal = graph.op('LessOrEqual', [keys, queries]);
  const near = window === null ? null : graph.op('Greater', [keys, graph.op('Sub', [queries, graph.int(window)])]);
  const seen = graph.op('And', [near ? graph.op('And', [causal, near]) : causal, real]);
  return graph.op('Where', [seen, graph.float(0), graph.float(UNSEEN)]);
}

/** Cosines and sines of the positions, out of tables over the whole context: angles are rounded once, from f64. */
function rotation(
  graph: Graph,
  name: string,
  context: number,
  frequencies: readonly number[],
  positions: Value,
): NonNullable<Sight['rotation']> {
  const pairs = frequencies.length;
  const at = (part: string, turn: (angle: number) => number) => {
    const read = (first: number, end: number) =>
      Promise.resolve(
        Float32Array.from({ length: (end - first) * pairs }, (_, i) =>
          turn((first + Math.floor(i / pairs)) * frequencies[i % pairs]!),
        ),
      );
    const table = graph.tensor(`rotation.${name}.${part}`, 'f32', [context, pairs], read);
    return graph.op('Unsqueeze', [graph.op('Gather', [table, positions], { axis: 0 }), graph.int([1])]);
  };
  return { cos: at('cos', Math.cos), sin: at('sin', Math.sin), pairs };
}

/** Half-split pairs (i, i + pairs) of x [batch, heads, sequence, headDim] turned; dimensions beyond the pairs stay. */
export function rotate(graph: Graph, x: Value, headDim: number, turn: Sight['rotation']): Value {
  if (turn === null) return x;
  const { cos, sin, pairs } = turn;
  const rest = headDim - 2 * pairs;
  const sizes = rest > 0 ? [pairs, pairs, rest] : [pairs, pairs];
  const [a, b, still] = graph.split('Split', [x, graph.int(sizes)], sizes.length, { axis: -1 });
  const times = (left: Value, right: Value) => graph.op('Mul', [left, right]);
  const turned = [graph.op('Sub', [times(a!, cos), times(b!, sin)]), graph.op('Add', [times(b!, cos), times(a!, sin)])];
  return graph.op('Concat', still === undefined ? turned : [...turned, still], { axis: -1 });
}
