/**
 * Who may import whom: the one table behind the layering check and the lint of `.svelte` files.
 *
 * A layer is a folder of `src`. Every layer may import itself; what is not listed here is an error.
 */

/** @type {Record<string, string[]>} layer → the layers it may import */
const LAYERS = {
  core: [],
  tokens: ['core'],
  spec: ['core'],
  records: ['core', 'spec'],
  stats: ['core', 'records'],
  ontology: ['core'],
  dataset: ['core', 'ontology'],
  prompts: ['core', 'dataset', 'tokens'],
  worlds: ['core', 'spec', 'ontology', 'dataset', 'prompts', 'tokens'],
  engine: ['core'],
  models: ['core', 'engine', 'tokens'],
  onnx: ['core', 'engine', 'models'],
  experiment: [
    'core',
    'spec',
    'records',
    'stats',
    'ontology',
    'dataset',
    'prompts',
    'tokens',
    'worlds',
    'models',
    'onnx',
    'engine',
  ],
  platform: ['core'],
  worker: ['core', 'records', 'experiment', 'platform'],
  cli: ['core', 'spec', 'records', 'stats', 'experiment'],
  app: ['core', 'spec', 'records', 'stats', 'platform'],
  ui: ['core', 'app'],
};

/** Layers whose types, and nothing else, may be imported. @type {Record<string, string[]>} */
const TYPES_ONLY = { ui: ['spec', 'records', 'stats'] };

/** Single modules opened to a layer that may not import the rest of their folder. @type {Record<string, string[]>} */
const SINGLE_MODULES = {
  app: ['^src/worker/client'],
  cli: ['^src/engine/device\\.ts$'],
};

/** Layers without any host: no window, no network, no clock, no chance of their own. */
const PURE_LAYERS = ['core', 'ontology', 'worlds', 'dataset', 'prompts', 'tokens', 'spec', 'records', 'stats'];

module.exports = { LAYERS, TYPES_ONLY, SINGLE_MODULES, PURE_LAYERS };
