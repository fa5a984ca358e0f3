/** The pass that makes the factors of DoRA's layers from the parameters: after whatever changes those. Pure recording. */
import { doraFactors } from '../ops/dora';
import { PlanBuilder } from '../plan';
import { linearNames, linearShape } from './adapter-shapes';
import type { DecoderMemory } from './memory';

/** Every layer with magnitudes. */
export function doraLayers(memory: DecoderMemory) {
  const { config } = memory;
  return Array.from({ length: config.layers }, (_, layer) =>
    linearNames(config).flatMap((name) => {
      const lora = memory.lora(layer, name);
      return lora?.dora ? [{ layer, name, lora, dora: lora.dora }] : [];
    }),
  ).flat();
}

/** Records the factors behind what the plan holds. */
export function recordDoraFactors(plan: PlanBuilder, memory: DecoderMemory): void {
  for (const { layer, name, lora, dora } of doraLayers(memory)) {
    const { magnitude, norm, factor } = dora;
    doraFactors(
      plan,
      { ...linearShape(memory.config, name), rank: lora.rank, scale: lora.scale },
      { w: memory.weight(`layers.${layer}.${name}`), a: lora.a, b: lora.b, magnitude, norm, factor },
    );
  }
}

export function doraPass(memory: DecoderMemory): PlanBuilder {
  const plan = new PlanBuilder(memory.none);
  recordDoraFactors(plan, memory);
  return plan;
}
