/**
 * One page per family of methods: when to use it, formula, source, a worked example with a picture, pitfalls.
 *
 * Promises: the example's code is run to make its numbers, so a page cannot say what the code does not give; a test
 * compares the pages in docs/statistics with what this file makes.
 */
import * as stats from '../../src/stats';
import { examples, type Examples } from './example-data';
import { COMPARISONS } from './pages/comparisons';
import { CURVES } from './pages/curves';
import { LIVES_OF_FACTS } from './pages/lives-of-facts';
import { columns, mean, pick, type MethodPage } from './pages/page';
import { REGRESSION } from './pages/regression';
import { RESAMPLING } from './pages/resampling';
import { SCORES } from './pages/scores';
import { VECTORS } from './pages/vectors';
import { draw } from './picture';

export const PAGES: readonly MethodPage[] = [
  ...CURVES,
  ...REGRESSION,
  ...LIVES_OF_FACTS,
  ...COMPARISONS,
  ...RESAMPLING,
  ...VECTORS,
  ...SCORES,
];

/** Runs an example; its helpers are in scope, its types are not. */
function run(code: string, data: Examples): unknown {
  const plain = code.replace(/: (Int32Array|Uint8Array|number)\b/g, '').replace(/!/g, '');
  // The documentation's own code, from this file: the one way to show what is really run.
  const body = new Function('stats', 'data', 'pick', 'mean', 'columns', plain) as (...scope: unknown[]) => unknown;
  return body(stats, data, pick, mean, columns);
}

/** Six significant digits: enough to compare, few enough to read. */
function shown(value: unknown): string {
  const short = (_key: string, entry: unknown) =>
    typeof entry === 'number' ? (Number.isFinite(entry) ? Number(entry.toPrecision(6)) : String(entry)) : entry;
  return JSON.stringify(value, short, 1)
    .replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)
    .replace(/\{\s+([^{}[\]]{0,140}?)\s+\}/g, (_, fields: string) => `{ ${fields.replace(/\s+/g, ' ')} }`);
}

/** Every file of docs/statistics that is made here, by name. */
export function makePages(): Map<string, string> {
  const data = examples();
  const files = new Map<string, string>();
  const header = ['fact', 'time', 'event', 'latent', 'popularity'];
  const rows = data.time.map((time, i) => [i + 1, time, data.event[i], data.latent[i], data.popularity[i]].join(','));
  files.set('facts.csv', `${[header.join(','), ...rows].join('\n')}\n`);
  for (const page of PAGES) {
    files.set(`${page.name}.svg`, draw(page.picture(data)));
    const text = [
      `# ${page.title}`,
      '',
      page.when,
      '',
      '```text',
      page.formula,
      '```',
      '',
      `Source: ${page.source}`,
      '',
      '## Example',
      '',
      `![${page.picture(data).title}](${page.name}.svg)`,
      '',
      '```ts',
      "import * as stats from 'ontoscope/stats';",
      '',
      page.code,
      '```',
      '',
      'gives',
      '',
      '```json',
      shown(run(page.code, data)),
      '```',
      ...(page.command ? ['', 'In the terminal:', '', '```sh', page.command, '```'] : []),
      '',
      `**Mind.** ${page.pitfalls}`,
      '',
      `**Verified.** ${page.verified} How often intervals cover: [coverage.md](coverage.md).`,
      '',
    ];
    files.set(`${page.name}.md`, text.join('\n'));
  }
  const index = PAGES.map(({ name, title, when }) => `- [${title}](${name}.md): ${when.split(/(?<=[.?]) /)[0]}`);
  files.set(
    'README.md',
    [
      '# Methods',
      '',
      'One page each. `data` in the examples is made by `test/science/example-data.ts`: 240 facts over 20 epochs, a quarter latent with a hazard ratio of 2.6 ([facts.csv](facts.csv)), and a cloud of vectors. `npm run docs:stats` makes these pages. `pick` (rows that pass), `mean` (of one class) and `columns` (lists side by side) are three lines each in `test/science/pages/page.ts`.',
      '',
      ...index,
      '- [Recovery and coverage](coverage.md)',
      '',
    ].join('\n'),
  );
  return files;
}
