/** `ontoscope bundle DIR --out FILE.zip`: a run's folder as one file to share. */
import { openBundle, packBundle } from '../../records';
import { sha256Hex } from '../../core/hash';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes, formatCount } from '../format';
import { openRunFolder } from '../stored-run';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const BUNDLE_HELP = `ontoscope bundle DIR --out FILE.zip [options]

Packs the run that ontoscope run wrote to DIR: records, summary, spec, a table of the trials, adapters, and a list of
all of them with their hashes. The same run gives the same bytes. Places on this machine are left out: of each path in
the spec only the file's name goes along.

  --out FILE.zip   where the bundle goes
  --force          replaces FILE.zip
  --json           one JSON document on stdout: {"out", "bytes", "sha256", "info"}

Dropped on the page, a bundle opens without a GPU; ontoscope verify runs it again, ontoscope report shows it.`;

export async function bundleCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('bundle', argv, {
    out: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const folder = onlyArgument(positionals, 'a run’s folder', 'bundle');
  if (!values.out) throw usageError('bundle needs --out FILE.zip.', 'bundle');
  if (!values.force) await refuseExisting(values.out);
  const { bundle, files } = await openRunFolder(folder);
  const archive = packBundle(files, bundle.manifest);
  await replaceFile(values.out, archive);
  const { info } = openBundle(archive, values.out);
  const sha256 = sha256Hex(archive);
  if (values.json) {
    terminal.out(JSON.stringify({ out: values.out, bytes: archive.length, sha256, info }, null, 2));
    return 0;
  }
  const { manifest, trials } = bundle;
  terminal.out(
    `${values.out}: run ${manifest.runId} (${manifest.state}), ${formatCount(trials.length)} trials, ` +
      `${info.files.length} files, ${formatBytes(archive.length)}`,
  );
  terminal.out(`SHA-256 ${sha256}`);
  terminal.out(`Pairs of ${info.pairs.source}; licence: ${info.pairs.licence ?? 'not named'}. ${info.pairs.note}`);
  return 0;
}
