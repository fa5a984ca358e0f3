/**
 * The layering of ARCHITECTURE.md as rules: run by `npm run layers`, proven to bite by test/unit/tooling/layering.test.ts.
 */
const { LAYERS, TYPES_ONLY, SINGLE_MODULES } = require('./bin/layers.cjs');

const folder = (layer) => `^src/${layer}/`;
const OURS = '^(src|shaders|test|e2e|bin)/';
const ENTRIES = ['^src/main\\.ts$', '^src/cli/main\\.ts$', '^src/worker/lab\\.worker\\.ts$', '\\.d\\.ts$'];

/** The two halves of `worker` differ: the page's half knows no experiment. */
const PAGE_SIDE = '^src/worker/(client|envelope|calls|protocol|run-parts|[a-z]+-(calls|protocol))';

/** One rule per layer: of our own files it may reach its own folder and what the table lists. */
const layerRules = Object.entries(LAYERS)
  .filter(([layer]) => layer !== 'worker')
  .map(([layer, allowed]) => ({
    name: `layer-${layer}`,
    comment: `src/${layer} may import ${allowed.join(', ') || 'nothing'} of our layers.`,
    severity: 'error',
    from: { path: folder(layer) },
    to: {
      path: OURS,
      pathNot: [
        folder(layer),
        ...allowed.map(folder),
        ...(TYPES_ONLY[layer] ?? []).map(folder),
        ...(SINGLE_MODULES[layer] ?? []),
        ...(layer === 'engine' ? ['^shaders/'] : []),
      ],
    },
  }));

const typeRules = Object.entries(TYPES_ONLY).map(([layer, layers]) => ({
  name: `types-only-${layer}`,
  comment: `src/${layer} may import nothing but types from ${layers.join(', ')}.`,
  severity: 'error',
  from: { path: folder(layer) },
  to: { path: layers.map(folder), dependencyTypesNot: ['type-only'] },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...typeRules,
    {
      name: 'layer-worker-page-side',
      comment: "The worker's client and protocol know core, spec and records.",
      severity: 'error',
      from: { path: PAGE_SIDE },
      to: { path: OURS, pathNot: [PAGE_SIDE, folder('core'), folder('spec'), folder('records')] },
    },
    {
      name: 'layer-worker',
      comment: 'The worker dispatches to experiment, records and platform.',
      severity: 'error',
      from: { path: folder('worker'), pathNot: PAGE_SIDE },
      to: { path: OURS, pathNot: [folder('worker'), ...LAYERS.worker.map(folder)] },
    },
    {
      name: 'layer-root',
      comment: "The page's entry mounts the ui.",
      severity: 'error',
      from: { path: '^src/[^/]+$' },
      to: { path: OURS, pathNot: ['^src/[^/]+$', ...['core', 'app', 'ui'].map(folder)] },
    },
    {
      name: 'unknown-layer',
      comment: 'A new folder of src needs a line in bin/layers.cjs.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(LAYERS).map(folder) },
      to: {},
    },
    {
      name: 'no-circular',
      comment: 'Circular imports make the order of loading matter.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and that nothing imports is dead, or an entry missing from this list.',
      severity: 'error',
      from: { orphan: true, pathNot: ENTRIES },
      to: {},
    },
    {
      name: 'unresolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'node-in-cli-only',
      comment: "Only the CLI may use Node's own modules.",
      severity: 'error',
      from: { pathNot: folder('cli') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'webgpu-package-in-cli-only',
      comment: 'The browser brings its own WebGPU.',
      severity: 'error',
      from: { pathNot: folder('cli') },
      to: { path: '^node_modules/webgpu/' },
    },
    {
      name: 'no-dev-packages',
      comment: 'What the product imports belongs to dependencies.',
      severity: 'error',
      from: { pathNot: '\\.d\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    extraExtensionsToScan: ['.wgsl'],
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.svelte', '.d.ts', '.wgsl'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
    },
  },
};
