/** `ontoscope bundle DIR --out FILE.zip`: a run's folder as one file to share. */
import { LabError } from '../../core/errors';
import { sha256Hex } from '../../core/hash';
import { isLeftOut, openBundle, packBundle, pairPolicy, type Manifest, type PairTexts } from '../../records';
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
  --without-pairs  leaves the ontology's names and identifiers out: a hash of each pair stands in their place, and every
                   figure and test stays as it is. The default where the ontology's licence forbids altered copies.
  --with-pairs     takes them along whatever the licence says
  --force          replaces FILE.zip
  --json           one JSON document on stdout: {"out", "bytes", "sha256", "info"}

Dropped on the page, a bundle opens without a GPU; ontoscope verify runs it again, ontoscope report shows it.`;

export async function bundleCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('bundle', argv, {
    out: { type: 'string' },
    'with-pairs': { type: 'boolean' },
    'without-pairs': { type: 'boolean' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const folder = onlyArgument(positionals, 'a run’s folder', 'bundle');
  if (!values.out) throw usageError('bundle needs --out FILE.zip.', 'bundle');
  if (values['with-pairs'] && values['without-pairs']) {
    throw usageError('--with-pairs and --without-pairs say opposite things.', 'bundle');
  }
  if (!values.force) await refuseExisting(values.out);
  const { bundle, files } = await openRunFolder(folder);
  const asked = values['with-pairs'] ? 'kept' : values['without-pairs'] ? 'left-out' : null;
  const pairs = pairsOf(bundle.manifest, asked);
  const archive = packBundle(files, bundle.manifest, pairs);
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
  terminal.out(
    `Pairs of ${info.pairs.source}; licence: ${info.pairs.licence ?? 'not named'} (${policy(bundle.manifest)}). ${info.pairs.note}`,
  );
  if (asked === null && pairs === 'left-out' && !isLeftOut(manifest)) {
    terminal.out('Left out because of the licence; --with-pairs takes them along.');
  } else if (pairs === 'kept') {
    terminal.out('--without-pairs leaves them out.');
  }
  return 0;
}

function policy({ ontology }: Manifest): string {
  const { known, why } = pairPolicy(ontology);
  return known === null ? why : `${known}: ${why}`;
}

/** What was asked for, or what the licence lets be done. Throws `usage` for texts that are no longer there. */
function pairsOf(manifest: Manifest, asked: PairTexts | null): PairTexts {
  if (asked !== 'kept' || !isLeftOut(manifest)) return asked ?? pairPolicy(manifest.ontology).pairs;
  throw new LabError('usage', 'The pairs were left out of this run: it cannot be bundled with them.', {
    hint: 'ontoscope verify RUN --ontology FILE --out DIR runs it again with its texts; bundle that folder.',
  });
}
