/**
 * The stages of `npm test`, in order: what each runs, and where the ones that run tests leave their counts.
 *
 * Promises: a list, nothing is run here.
 */
import { findLlvmpipe, findSwiftShader } from './find.js';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} tool  the package's command, run by npx-less lookup in node_modules/.bin
 * @property {string[]} args
 * @property {Record<string, string>} [env]
 * @property {string} [beside]  steps of one name that follow each other may run at the same time: each keeps one core busy
 * @property {{ kind: 'vitest' | 'playwright', file: string }} [counts]  the tool's JSON report; a step that has one runs tests
 */

/** @typedef {{ name: string, steps: Step[] }} Stage */

/** Checks that read the sources and write nothing. */
const READING = 'reading';
/** Two processes with a software adapter each: most of their time is the host's, on one thread. */
const ADAPTERS = 'adapters';

const REPORTS = 'test-results/counts';

/**
 * @param {string} project
 * @param {string} title
 * @param {Record<string, string>} [env]
 * @returns {Step}
 */
function vitest(project, title, env) {
  const file = `${REPORTS}/${title.replace(/\W+/g, '-')}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    title,
    tool: 'vitest',
    args: ['run', '--project', project, ...reporters],
    ...(env && { env }),
    counts: { kind: 'vitest', file },
  };
}

/** @param {string} title @param {string} tool @param {string[]} args @returns {Step} */
function reading(title, tool, args) {
  return { title, tool, args, beside: READING };
}

/** The Vulkan loader takes its one driver from these variables. @param {string | undefined} driver */
function vulkan(driver = '') {
  return { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver };
}

/**
 * Steps that run at the same time stand in one group.
 * @param {readonly Stage[]} chosen
 * @returns {Step[][]}
 */
export function groups(chosen) {
  /** @type {Step[][]} */
  const together = [];
  for (const step of chosen.flatMap(({ steps }) => steps)) {
    const last = together.at(-1);
    if (last && step.beside !== undefined && last[0]?.beside === step.beside) last.push(step);
    else together.push([step]);
  }
  return together;
}

/** @returns {Stage[]} */
export function stages() {
  const e2eReport = `${REPORTS}/e2e.json`;
  return [
    { name: 'format', steps: [reading('format', 'prettier', ['--check', '--log-level', 'warn', '.'])] },
    { name: 'lint', steps: [reading('lint', 'eslint', ['--max-warnings', '0', '.'])] },
    {
      name: 'types',
      steps: [
        reading('types', 'tsc', ['--noEmit', '-p', '.']),
        reading('types of components', 'svelte-check', [
          ...['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
        ]),
      ],
    },
    { name: 'layers', steps: [reading('layers', 'depcruise', ['src', 'shaders'])] },
    { name: 'unit', steps: [vitest('unit', 'unit')] },
    {
      name: 'gpu',
      steps: [
        { ...vitest('gpu', 'gpu on SwiftShader', vulkan(findSwiftShader())), beside: ADAPTERS },
        { ...vitest('gpu', 'gpu on llvmpipe', vulkan(findLlvmpipe())), beside: ADAPTERS },
      ],
    },
    // What is made of the engine is the same on any driver: once, on the one that opens a device sooner.
    ...['terminal', 'runs'].map((name) => ({
      name,
      steps: [{ ...vitest(name, `${name} on llvmpipe`, vulkan(findLlvmpipe())), beside: ADAPTERS }],
    })),
    { name: 'component', steps: [vitest('component', 'component')] },
    {
      name: 'e2e',
      steps: [
        {
          title: 'e2e',
          tool: 'playwright',
          args: ['test', '--reporter=list,json'],
          env: { PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport },
          counts: { kind: 'playwright', file: e2eReport },
        },
      ],
    },
  ];
}
