/** A graph for rows of one length, and the model from its embedding to its last layer. Pure recording, no device. */
import { addPositionRows, embedTokens } from '../ops/rows';
import { PlanBuilder, type Tensor } from '../plan';
import { DROP_SITE, dropped, type Graph, type GraphDropout } from './graph';
import type { RowInputs } from './inputs';
import { layerForward, type LayerActivations, type LayerOptions } from './layer';
import type { GraphMemory } from './memory';

export function newGraph(memory: GraphMemory, rows: number, dropout: GraphDropout | null = null): Graph {
  return { plan: new PlanBuilder(memory.none), memory, config: memory.config, rows, dropout };
}

/** How far the stack is recorded, and who is told of a state as soon as it stands: before the next layer needs memory. */
export interface StackOptions {
  depth?: number;
  onState?: (layer: number, state: Tensor) => void;
  /** Told of what each layer computed: whoever keeps it keeps its memory. */
  onLayer?: (activations: LayerActivations) => void;
}

/** Embedding and all layers; returns each layer's input and, last, the output. */
export function stackForward(
  g: Graph,
  inputs: Pick<RowInputs, 'ids' | 'positions' | 'segmentStart' | 'segmentEnd'>,
  options: (layer: number) => LayerOptions = () => ({}),
  { depth = g.config.layers, onState, onLayer }: StackOptions = {},
): Tensor[] {
  const { plan, memory, config, rows } = g;
  const width = config.hiddenSize;
  const embedded = plan.tensor('embedded', rows * width);
  const table = memory.weight('embed');
  const { embeddingScale: scale, positions } = config.traits;
  embedTokens(plan, { rows, width, shards: memory.shards, scale }, { ids: inputs.ids, table, y: embedded });
  const placed = positions === 'learned' ? plan.tensor('placed', rows * width) : embedded;
  if (placed !== embedded) {
    const t = { positions: inputs.positions, table: memory.weight('positions'), x: embedded, y: placed };
    addPositionRows(plan, { rows, width }, t);
  }
  let x = dropped(g, DROP_SITE.embedding, 'embedded', placed);
  const states = [x];
  onState?.(0, x);
  for (let layer = 0; layer < depth; layer++) {
    const y = plan.tensor(`layer ${layer} output`, rows * width);
    const activations = layerForward(g, layer, inputs, { x, y }, options(layer));
    onLayer?.(activations);
    x = y;
    states.push(x);
    onState?.(layer + 1, x);
  }
  return states;
}
