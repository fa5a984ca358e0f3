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
 * @property {{ kind: 'vitest' | 'playwright', file: string }} [counts]  the tool's JSON report; a step that has one runs tests
 */

/** @typedef {{ name: string, steps: Step[] }} Stage */

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

/** The Vulkan loader takes its one driver from these variables. @param {string | undefined} driver */
function vulkan(driver = '') {
  return { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver };
}

/** @returns {Stage[]} */
export function stages() {
  const e2eReport = `${REPORTS}/e2e.json`;
  return [
    { name: 'format', steps: [{ title: 'format', tool: 'prettier', args: ['--check', '--log-level', 'warn', '.'] }] },
    { name: 'lint', steps: [{ title: 'lint', tool: 'eslint', args: ['--max-warnings', '0', '.'] }] },
    {
      name: 'types',
      steps: [
        { title: 'types', tool: 'tsc', args: ['--noEmit', '-p', '.'] },
        {
          title: 'types of components',
          tool: 'svelte-check',
          args: ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
        },
      ],
    },
    { name: 'layers', steps: [{ title: 'layers', tool: 'depcruise', args: ['src', 'shaders'] }] },
    { name: 'unit', steps: [vitest('unit', 'unit')] },
    {
      name: 'gpu',
      steps: [
        vitest('gpu', 'gpu on llvmpipe', vulkan(findLlvmpipe())),
        vitest('gpu', 'gpu on SwiftShader', vulkan(findSwiftShader())),
      ],
    },
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
