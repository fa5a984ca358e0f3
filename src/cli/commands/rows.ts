/** `ontoscope rows RUN… --event EVENT`: times to an event as a table, for any survival package. */
import { rowsTable } from '../../experiment';
import type { TemplateRole } from '../../records';
import { FACT_EVENTS } from '../../stats';
import { numberOption, parseCommand, usageError } from '../arguments';
import { formatCount } from '../format';
import { readRuns } from '../study/read-runs';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const ROWS_HELP = `ontoscope rows RUN… --event EVENT [options]

One row for each fact that was at risk of the event: run, seed, fact, start, stop, event, and what is known of the fact.
A RUN is a bundle, a run's folder or a study's folder (its finished cells, with what they differ in).
Withheld facts that were rehearsed stand in no row of generalization or degradation; they are counted.

  --event EVENT    ${FACT_EVENTS.join(', ')}
  --sustained M    the event counts where so many evaluations in a row agree (default: 1)
  --template T     held-out (default) or trained: whose answers count
  --from WHEN      degradation only: baseline (default), or any-time: the clock starts at the first right answer
  --out FILE.csv   where the table goes (default: stdout)
  --force          replaces FILE.csv
  --json           one JSON document on stdout: {"out", "runs", "rows", "events", "known", "unobserved", "rehearsed"};
                   needs --out

Then, for instance:
  ontoscope stats cox FILE.csv --time stop --start start --event event --covariates latent,popularity \\
    --strata run --cluster fact --where direction=term-to-id`;

export async function rowsCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('rows', argv, {
    event: { type: 'string' },
    sustained: { type: 'string' },
    template: { type: 'string' },
    from: { type: 'string' },
    out: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) throw usageError('rows needs a bundle, a run’s folder or a study’s folder.', 'rows');
  const event = choice('event', values.event, FACT_EVENTS, null);
  const template = choice<TemplateRole>('template', values.template, ['held-out', 'trained'], 'held-out');
  const from = choice('from', values.from, ['baseline', 'any-time'] as const, 'baseline');
  const sustained = numberOption(
    values.sustained,
    'sustained',
    { fallback: 1, min: 1, max: 100, integer: true },
    'rows',
  );
  if (values.from !== undefined && event !== 'degradation') throw usageError('--from is for degradation only.', 'rows');
  if (values.json && values.out === undefined) throw usageError('--json needs --out FILE.csv.', 'rows');
  if (values.out !== undefined && !values.force) await refuseExisting(values.out);
  const runs = await readRuns(positionals);
  const { csv, ...counts } = rowsTable(runs, { event, sustained, template, from });
  if (values.out === undefined) {
    terminal.out(csv.trimEnd());
    return 0;
  }
  await replaceFile(values.out, csv);
  if (values.json) terminal.out(JSON.stringify({ out: values.out, runs: runs.length, ...counts }, null, 2));
  else {
    const { rows, events, known, unobserved, rehearsed } = counts;
    terminal.out(
      `${values.out}: ${formatCount(rows)} rows of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${formatCount(events)} events; ` +
        `${formatCount(known)} right before training, ${formatCount(unobserved)} not evaluated often enough${rehearsed > 0 ? `, ${formatCount(rehearsed)} left out as rehearsed` : ''}`,
    );
  }
  return 0;
}

function choice<T extends string>(name: string, text: string | undefined, all: readonly T[], fallback: T | null): T {
  const found = text === undefined ? fallback : all.find((one) => one === text);
  if (found) return found;
  throw usageError(
    text === undefined
      ? `rows needs --${name}: ${all.join(', ')}.`
      : `--${name} must be ${all.join(', ')}, not “${text}”.`,
    'rows',
  );
}
