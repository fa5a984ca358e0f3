/**
 * The layering rules bite: a tree in which every layer imports every other is checked, and what the check finds must
 * be what the architecture forbids. The table below is written out a second time on purpose.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ICruiseOptions, ICruiseResult } from 'dependency-cruiser';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const rules = createRequire(import.meta.url)(path.join(repository, '.dependency-cruiser.cjs')) as {
  forbidden: NonNullable<ICruiseOptions['ruleSet']>['forbidden'];
  options: ICruiseOptions;
};

/** Importer → what it may import. `worker/page` is the client and the protocol, `worker/lab` the worker's own half. */
const MAY: Record<string, string[]> = {
  core: [],
  tokens: ['core'],
  spec: ['core'],
  records: ['core', 'spec'],
  stats: ['core', 'records'],
  ontology: ['core'],
  dataset: ['core', 'ontology'],
  prompts: ['core', 'dataset', 'tokens'],
  worlds: ['core', 'spec', 'ontology', 'dataset', 'prompts', 'tokens'],
  engine: ['core', 'shaders'],
  models: ['core', 'engine', 'tokens'],
  onnx: ['core', 'engine', 'models'],
  experiment: 'core spec records stats ontology dataset prompts tokens worlds models onnx engine'.split(' '),
  platform: ['core'],
  'worker/page': ['core', 'spec', 'records'],
  'worker/lab': ['core', 'records', 'experiment', 'platform', 'worker/page'],
  cli: ['core', 'spec', 'records', 'stats', 'experiment'],
  app: ['core', 'spec', 'records', 'stats', 'platform', 'worker/page'],
  ui: ['core', 'app'],
  root: ['core', 'app', 'ui'],
};

/** What a layer offers to others: a leaf that imports nothing. */
const LEAF: Record<string, string> = {
  ...Object.fromEntries(Object.keys(MAY).map((layer) => [layer, `src/${layer}/leaf.ts`])),
  'worker/page': 'src/worker/client.ts',
  'worker/lab': 'src/worker/lab.worker.ts',
  root: 'src/leaf.ts',
  shaders: 'shaders/forward/leaf.wgsl',
};

function importerOf(layer: string, target: string): string {
  const to = target.replace('/', '-');
  if (layer === 'worker/page') return `src/worker/protocol-to-${to}.ts`;
  if (layer === 'worker/lab') return `src/worker/lab-to-${to}.ts`;
  return layer === 'root' ? `src/to-${to}.ts` : `src/${layer}/to-${to}.ts`;
}

let tree = '';
const edges: { from: string; to: string; allowed: boolean }[] = [];
let violations: { rule: string; from: string; to: string }[] = [];

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), text);
}

function specifier(from: string, to: string): string {
  const relative = path.posix.relative(path.posix.dirname(from), to).replace(/\.ts$/, '');
  return `${relative.startsWith('.') ? relative : `./${relative}`}${to.endsWith('.wgsl') ? '?raw' : ''}`;
}

function found(rule: string): string[] {
  return violations.filter((violation) => violation.rule === rule).map((violation) => violation.from);
}

beforeAll(async () => {
  tree = mkdtempSync(path.join(tmpdir(), 'layering-'));
  write('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'ESNext', moduleResolution: 'bundler' } }));
  write('package.json', JSON.stringify({ type: 'module', devDependencies: { tool: '1.0.0' } }));
  write('node_modules/tool/package.json', JSON.stringify({ name: 'tool', version: '1.0.0', main: 'index.js' }));
  write('node_modules/tool/index.js', 'export const leaf = 1;\n');
  write('node_modules/webgpu/package.json', JSON.stringify({ name: 'webgpu', version: '1.0.0', main: 'index.js' }));
  write('node_modules/webgpu/index.js', 'export const leaf = 1;\n');
  for (const file of Object.values(LEAF))
    write(file, file.endsWith('.wgsl') ? '// text\n' : 'export const leaf = 1;\n');
  for (const [layer, allowed] of Object.entries(MAY))
    for (const [target, to] of Object.entries(LEAF)) {
      if (target === layer) continue;
      const from = importerOf(layer, target);
      write(from, `import leaf from '${specifier(from, to)}';\nexport const use = leaf;\n`);
      edges.push({ from, to, allowed: allowed.includes(target) });
    }
  const imports = (file: string, lines: string): void => write(file, `${lines}\nexport const use = 1;\n`);
  write('src/ui/Value.svelte', `<script lang="ts">\n  import { leaf } from '../records/leaf';\n</script>\n\n{leaf}\n`);
  write('src/ui/Deep.svelte', `<script lang="ts">\n  import { leaf } from '../engine/leaf';\n</script>\n\n{leaf}\n`);
  write(
    'src/ui/Types.svelte',
    `<script lang="ts">\n  import type { Leaf } from '../records/leaf';\n  let { leaf }: { leaf: Leaf } = $props();\n</script>\n\n{leaf}\n`,
  );
  imports('src/ui/types-of-stats.ts', `import type { Leaf } from '../stats/leaf';\nexport type L = Leaf;`);
  imports('src/engine/types-of-tokens.ts', `import type { Leaf } from '../tokens/leaf';\nexport type L = Leaf;`);
  imports('src/cli/to-device.ts', `import { use } from '../engine/device';\nconsole.log(use);`);
  imports('src/worker/protocol.ts', `import { leaf } from '../core/leaf';\nconsole.log(leaf);`);
  imports('src/app/to-protocol.ts', `import { use } from '../worker/protocol';\nconsole.log(use);`);
  imports('src/engine/device.ts', `import { leaf } from './leaf';\nconsole.log(leaf);`);
  imports('src/core/ring-a.ts', `import { use as b } from './ring-b';\nconsole.log(b);`);
  imports('src/core/ring-b.ts', `import { use as a } from './ring-a';\nconsole.log(a);`);
  imports('src/core/alone.ts', '');
  imports('src/core/lost.ts', `import { leaf } from './nowhere';\nconsole.log(leaf);`);
  imports('src/platform/files.ts', `import { readFileSync } from 'node:fs';\nconsole.log(readFileSync);`);
  imports('src/cli/files.ts', `import { readFileSync } from 'node:fs';\nconsole.log(readFileSync);`);
  imports('src/engine/native.ts', `import { leaf } from 'webgpu';\nconsole.log(leaf);`);
  imports('src/cli/native.ts', `import { leaf } from 'webgpu';\nconsole.log(leaf);`);
  imports('src/core/tool.ts', `import { leaf } from 'tool';\nconsole.log(leaf);`);
  imports('src/novel/new.ts', `import { leaf } from '../core/leaf';\nconsole.log(leaf);`);
  imports('src/core/tested.ts', `import { use } from '../../test/helper';\nconsole.log(use);`);
  imports('test/helper.ts', '');
  const result = await cruise(['src', 'shaders'], {
    ...rules.options,
    baseDir: tree,
    ruleSet: { forbidden: rules.forbidden },
    validate: true,
    outputType: undefined,
  });
  violations = (result.output as ICruiseResult).summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
  }));
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('the layering', () => {
  it('forbids exactly the imports that the architecture does not list', () => {
    const judged = new Set(
      violations.filter(({ rule }) => /^(layer|types-only)-/.test(rule)).map(({ from, to }) => `${from} → ${to}`),
    );
    const name = ({ from, to }: { from: string; to: string }): string => `${from} → ${to}`;
    expect(edges.filter((edge) => !edge.allowed && !judged.has(name(edge))).map(name)).toEqual([]);
    expect(edges.filter((edge) => edge.allowed && judged.has(name(edge))).map(name)).toEqual([]);
    expect(edges.filter((edge) => !edge.allowed).length).toBeGreaterThan(250);
  });

  it.each(rules.forbidden!.map((rule) => rule.name!))('has a rule %s that fires', (name) => {
    expect(found(name)).not.toEqual([]);
  });

  it('reads the scripts of components', () => {
    expect(found('layer-ui')).toContain('src/ui/Deep.svelte');
    expect(found('types-only-ui')).toContain('src/ui/Value.svelte');
  });

  it('lets ui have the types of records and stats, and nobody else a type across layers', () => {
    expect(found('types-only-ui')).not.toContain('src/ui/types-of-stats.ts');
    expect(found('types-only-ui')).not.toContain('src/ui/Types.svelte');
    expect(found('layer-engine')).toContain('src/engine/types-of-tokens.ts');
  });

  it("opens to the command line the engine's device and no other part of the engine", () => {
    expect(found('layer-cli')).toContain('src/cli/to-engine.ts');
    expect(found('layer-cli')).not.toContain('src/cli/to-device.ts');
  });

  it("shows the app the worker's client and not what lies behind it", () => {
    expect(found('layer-app')).toContain('src/app/to-protocol.ts');
    expect(found('layer-app')).toContain('src/app/to-worker-lab.ts');
    expect(found('layer-app')).not.toContain('src/app/to-worker-page.ts');
  });

  it("lets the command line alone use Node's modules and the webgpu package", () => {
    expect(found('node-in-cli-only')).toEqual(['src/platform/files.ts']);
    expect(found('webgpu-package-in-cli-only')).toEqual(['src/engine/native.ts']);
  });

  it('finds rings, dead files, imports that lead nowhere, tools in the product, unknown layers', () => {
    expect(found('no-circular')).toEqual(['src/core/ring-a.ts']);
    expect(found('no-orphans')).toEqual(['src/core/alone.ts']);
    // Compiled components import Svelte, which this tree has not.
    expect(found('unresolvable').filter((file) => file.endsWith('.ts'))).toEqual(['src/core/lost.ts']);
    expect(found('no-dev-packages')).toEqual(['src/core/tool.ts']);
    expect(found('unknown-layer')).toEqual(['src/novel/new.ts']);
    expect(found('layer-core')).toContain('src/core/tested.ts');
  });
});
