/** `ontoscope report BUNDLE_OR_DIR`: what a stored run found, as text or as a page. */
import { runHazards, summarize } from '../../experiment';
import { encodeSummary } from '../../records';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes } from '../format';
import { runPage } from '../html/run-page';
import { reportLines } from '../report';
import { openStoredRun } from '../stored-run';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const REPORT_HELP = `ontoscope report BUNDLE_OR_DIR [options]

Shows what a run found, from a bundle or a run's folder: no GPU, no model, no data.

  --html FILE      one self-contained page (no script, no request): figures, tables, curves, spec, provenance
  --force          replaces FILE
  --json           the run's summary as one JSON document on stdout`;

export async function reportCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('report', argv, {
    html: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const place = onlyArgument(positionals, 'a bundle or a run’s folder', 'report');
  if (values.html === '') throw usageError('--html needs a file.', 'report');
  if (values.html !== undefined && !values.force) await refuseExisting(values.html);
  const { bundle } = await openStoredRun(place);
  const { manifest, trials, steps, probes } = bundle;
  const summary = bundle.summary ?? summarize(manifest, trials, steps, probes);
  if (values.html !== undefined) {
    const page = runPage(bundle, summary);
    await replaceFile(values.html, page);
    terminal.log(`${values.html}: ${formatBytes(new TextEncoder().encode(page).length)}`);
  }
  if (values.json) terminal.out(encodeSummary(summary).trimEnd());
  else if (values.html === undefined) {
    terminal.out(`Run ${manifest.runId}: ${manifest.state}`);
    for (const line of reportLines(summary, manifest, runHazards(bundle))) terminal.out(line);
  }
  return 0;
}
