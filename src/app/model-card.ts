/** The card of a bundled model, as its building wrote it: what it has read, how it was trained, what it knew. */
import * as v from 'valibot';
import { DIRECTIONS } from '../core/direction';

const count = v.number();
const tally = { direction: v.picklist(DIRECTIONS), facts: count, known: count, latent: count, unknown: count };

export const modelCardSchema = v.object({
  cardVersion: v.literal(1),
  licence: v.string(),
  shape: v.object({ layers: count, hiddenSize: count, vocabulary: count, contextLength: count }),
  built: v.object({
    command: v.string(),
    seed: count,
    sentences: count,
    filler: count,
    tokens: count,
    steps: count,
    adapter: v.object({ description: v.string(), vendor: v.string(), host: v.string() }),
  }),
  groups: v.array(
    v.object({
      name: v.string(),
      facts: count,
      example: v.object({ term: v.string(), identifier: v.string() }),
      exposures: v.array(v.object({ times: count, facts: count })),
    }),
  ),
  sources: v.array(
    v.object({
      group: v.string(),
      title: v.string(),
      version: v.string(),
      licence: v.string(),
      attribution: v.string(),
      changes: v.string(),
    }),
  ),
  curve: v.array(v.object({ step: count, tokens: count, trained: v.nullable(count), heldOut: count })),
  baseline: v.object({
    facts: count,
    samples: count,
    exposures: v.array(v.object({ ...tally, exposures: count })),
  }),
});
export type ModelCard = v.InferOutput<typeof modelCardSchema>;
