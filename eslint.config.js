/**
 * Lint: correctness, not style (Prettier has that). Type-aware where types pay: unawaited promises above all.
 * The house rules a machine can check live here too: pure layers, sizes, and what .svelte files may import.
 */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import layers from './bin/layers.cjs';
import svelteConfig from './svelte.config.js';

const { LAYERS, PURE_LAYERS, TYPES_ONLY } = layers;

/** Names that tie a file to its host, its clock or to chance. */
const HOST_GLOBALS = [
  'window',
  'document',
  'navigator',
  'location',
  'history',
  'self',
  'fetch',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'caches',
  'Worker',
  'process',
  'Buffer',
];
const TIMERS = ['performance', 'setTimeout', 'setInterval', 'requestAnimationFrame', 'queueMicrotask'];

const restrictGlobals = (names) => [
  'error',
  ...names.map((name) => ({ name, message: 'This layer has no host: take it as an argument.' })),
];
const noClockNoChance = {
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Time comes in as an argument (core/clock).' },
    { object: 'Math', property: 'random', message: 'Randomness comes from core/philox.' },
    { object: 'crypto', property: 'getRandomValues', message: 'Randomness comes from core/philox.' },
    { object: 'crypto', property: 'randomUUID', message: 'Randomness comes from core/philox.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes in as an argument.' },
    { selector: "CallExpression[callee.name='Date']", message: 'Time comes in as an argument.' },
  ],
};
const inLayers = (names) => names.map((name) => `src/${name}/**/*.{ts,svelte}`);

const closedToUi = Object.keys(LAYERS).filter(
  (layer) => layer !== 'ui' && !LAYERS.ui.includes(layer) && !TYPES_ONLY.ui.includes(layer),
);

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'test-results/', 'playwright-report/', 'runs/', 'public/', 'node_modules/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-throw-literal': 'error',
      'no-console': 'error',
      'max-lines': ['error', 600],
      'no-undef': 'off', // TypeScript's own work, in .js files too
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Index access is checked (noUncheckedIndexedAccess); in a kernel's loop bounds the `!` says why it holds.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'e2e/**/*.ts'],
    ignores: ['**/*.svelte.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-plus-operands': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
    },
  },
  {
    files: inLayers(PURE_LAYERS),
    rules: { 'no-restricted-globals': restrictGlobals([...HOST_GLOBALS, ...TIMERS]), ...noClockNoChance },
  },
  {
    // They wait and measure, but stay host-free: the browser and Node run them alike.
    files: inLayers(['engine', 'models', 'experiment']),
    rules: { 'no-restricted-globals': restrictGlobals(HOST_GLOBALS), ...noClockNoChance },
  },
  {
    files: inLayers(['app', 'ui']),
    rules: {
      'no-restricted-globals': restrictGlobals([
        'fetch',
        'localStorage',
        'sessionStorage',
        'indexedDB',
        'caches',
        'Worker',
        'navigator',
        'process',
      ]),
      ...noClockNoChance,
    },
  },
  {
    // The layering check sees compiled components, where type imports are gone: here they are still there.
    files: ['src/**/*.svelte'],
    rules: {
      'max-lines': ['error', 200],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `(^|/)(${closedToUi.join('|')}|shaders)/`, message: 'ui imports app, core and types of records.' },
            {
              regex: `(^|/)(${TYPES_ONLY.ui.join('|')})/`,
              allowTypeImports: true,
              message: 'ui imports nothing but types from here.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/cli/**', 'bin/**', 'bench/**', 'test/golden/**', 'test/science/*.ts', 'e2e/**'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
