/** Every preset sets up a run: on a tiny model, with as many pairs as the made-up terms have. */
import { describe, expect, it } from 'vitest';
import { publishedPresets } from '../../../src/cli/presets';
import { byteFile } from '../../../src/core/files';
import { prepareRun } from '../../../src/experiment';
import { applyOverrides, parseSpec, withPresets } from '../../../src/spec';
import { jsonBytes, memoryFolder, tinyModelFiles } from '../../helpers/tiny-model';
import { tinyTerms } from '../../helpers/tiny-run';

const FEW_PAIRS = ['sampling.bins=2', 'sampling.seen=8', 'sampling.withheld=4'];

/** As long a context as questions with examples need, letter by letter. */
function patientModel() {
  const files = tinyModelFiles();
  const config = JSON.parse(new TextDecoder().decode(files.get('config.json'))) as Record<string, unknown>;
  return memoryFolder(files.set('config.json', jsonBytes({ ...config, max_position_embeddings: 1024 })));
}

describe('a run on a preset', () => {
  it.each(publishedPresets())('$name is prepared with what the preset sets', async (preset) => {
    const own = { specVersion: 2, model: { path: 'tiny' }, ontology: { path: 'terms.tsv' } };
    const spec = parseSpec(applyOverrides(withPresets(own, [preset]), FEW_PAIRS), preset.name);
    const prepared = await prepareRun({
      spec,
      model: patientModel(),
      ontology: byteFile(tinyTerms),
      counts: null,
      covariates: [],
    });
    expect(prepared.spec).toEqual(spec);
    // Five templates of eight pairs in either direction, ten a step.
    expect(prepared.plannedSteps).toBe(2 * 4 * spec.train.epochs);
    expect(prepared.shown).toHaveLength(spec.templates.examples.count);
    expect(prepared.trainable.kind).toBe(spec.adapter.kind);
  });
});
