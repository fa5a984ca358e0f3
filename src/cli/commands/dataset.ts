/** `ontoscope dataset SPEC`: the draw that a spec makes, before any model is asked. */
import { prepareData, reportDraw, type DrawReport } from '../../experiment';
import { onlyArgument, parseCommand } from '../arguments';
import { formatCount } from '../format';
import { PRESET_HELP, PRESET_OPTION } from '../presets';
import { openDataFiles, readDataSpec } from '../spec-file';
import type { Terminal } from '../terminal';

export const DATASET_HELP = `ontoscope dataset SPEC [options]

Draws the pairs of a spec and says what came of it: bins, seen and withheld pairs, terms left out. Needs no model and
no GPU; the draw is the one that a run of the spec makes, and has the same hash.

${PRESET_HELP}
  --set a.b=value  overrides a field of the spec; may be given many times
  --json           one JSON document on stdout: the draw with every pair and its covariates`;

const SHOWN_EXAMPLES = 3;

export async function datasetCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('dataset', argv, {
    ...PRESET_OPTION,
    set: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const file = onlyArgument(positionals, 'a spec file', 'dataset');
  const { spec, modelPath: _modelPath, ...paths } = await readDataSpec(file, values.set ?? [], values.preset);
  const data = await prepareData(await openDataFiles(spec, paths));
  const report = reportDraw(data);
  if (values.json)
    terminal.out(JSON.stringify({ ontology: data.ontologyFile, counts: data.countsFile, ...report }, null, 2));
  else for (const line of describe(report)) terminal.out(line);
  return 0;
}

function describe(report: DrawReport): string[] {
  const seen = report.pairs.filter((pair) => pair.seen).length;
  const popularity = { counts: 'counts', column: 'a column of the table', none: 'unknown: ranks are a seeded draw' };
  const count = (value: number | null) => (value === null ? '–' : formatCount(value));
  return [
    `terminology  ${report.terminology}`,
    `design       ${report.design}; popularity: ${popularity[report.popularity]}`,
    `drawn        ${formatCount(seen)} seen, ${formatCount(report.pairs.length - seen)} withheld of ${formatCount(report.universe)} terms` +
      (report.examples > 0 ? `; ${report.examples} kept for in-context examples` : ''),
    `hash         ${report.hash}`,
    '',
    `${'bin'.padStart(4)}${'terms'.padStart(8)}${'count'.padStart(16)}${'seen'.padStart(7)}${'withheld'.padStart(10)}`,
    ...report.bins.map(
      ({ bin, size, countMin, countMax, seen: gaveSeen, withheld }) =>
        String(bin + 1).padStart(4) +
        formatCount(size).padStart(8) +
        (countMin === null ? '–' : `${count(countMin)}–${count(countMax)}`).padStart(16) +
        String(gaveSeen).padStart(7) +
        String(withheld).padStart(10),
    ),
    ...report.shortfalls.map(({ text }) => text),
    ...(report.leftOut.length === 0 ? [] : ['', 'left out']),
    ...report.leftOut.map(
      ({ reason, count: terms, examples }) =>
        `  ${formatCount(terms)}  ${reason}${examples.length > 0 ? ` (${examples.slice(0, SHOWN_EXAMPLES).join('; ')})` : ''}`,
    ),
  ];
}
