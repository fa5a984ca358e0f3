/** `ontoscope verify BUNDLE_OR_DIR`: runs a stored run again and says whether it comes out the same. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { readModelReference } from '../../core/model-reference';
import {
  compareRuns,
  isLeftOut,
  RUN_FILES,
  withoutPairs,
  type FactRecord,
  type Manifest,
  type RunComparison,
  type RunDifference,
  type Verdict,
} from '../../records';
import { numberOption, onlyArgument, parseCommand, usageError } from '../arguments';
import { formatCount, formatPercent } from '../format';
import { CACHE_HELP, CACHE_OPTION, modelOpener, type OpenModelAt } from '../model-place';
import { executeRun, prepareExperiment } from '../run-experiment';
import { lockRun } from '../run-lock';
import { RunStore } from '../run-store';
import { openRunFolder, openStoredRun, type StoredRun } from '../stored-run';
import type { Terminal } from '../terminal';
import {
  compareEstimates,
  inconsistency,
  preparedDifference,
  requireSameFiles,
  type EstimateComparison,
  type FilePlaces,
} from '../verify-run';

export const VERIFY_HELP = `ontoscope verify BUNDLE_OR_DIR [options]

Runs the spec of a bundle, or of a run's folder, again and compares: facts, steps, trials, adapters and what
probes wrote, line by line. Of a bundle without its pairs everything but the answers is compared; the pairs by
their hashes.
Refuses to start on a model or on data whose SHA-256 is not the one the run was made with.

  --model PATH     the model's folder, or a model of the hub or of an address
${CACHE_HELP}
  --ontology PATH  the ontology's file
  --counts PATH    the popularity counts' file
  --covariate NAME=PATH
                   a covariate's file; may be given many times
  --rehearsal PATH the file of the rehearsed texts
  --canaries PATH  the table of canaries
  --texts PATH     the file of texts never trained
                   What is not given is looked for where the spec says, from the working directory, then beside the run
  --tolerance T    how far a log-probability, a loss (times its magnitude above 1) or a trained value (times the largest
                   in its tensor) may deviate in a run that is equal (default: 0.001)
  --out DIR        keeps the second run in DIR
  --json           one JSON document on stdout: {"verdict", "first", "files", "pairTexts", "estimates", "gpu"}
  --quiet          no progress

Exit status: 0 identical, 0 equal within tolerance, 1 different. One GPU, driver and version give identical runs;
others round otherwise, and there training drifts apart: such runs are compared by their estimates, which are shown.`;

const CANARIES = 'evaluation.probes.canaries.path';
const TEXTS = 'evaluation.probes.languageLoss.path';

interface Outcome extends RunComparison {
  estimates: EstimateComparison[];
  gpu: { stored: Manifest['gpu']; again: Manifest['gpu'] } | null;
}

export async function verifyCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('verify', argv, {
    model: { type: 'string' },
    ontology: { type: 'string' },
    counts: { type: 'string' },
    covariate: { type: 'string', multiple: true },
    rehearsal: { type: 'string' },
    canaries: { type: 'string' },
    texts: { type: 'string' },
    tolerance: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const place = onlyArgument(positionals, 'a bundle or a run’s folder', 'verify');
  const tolerance = numberOption(values.tolerance, 'tolerance', { fallback: 1e-3, min: 0, max: 1 }, 'verify');
  const given = new Map(
    [
      ['model.path', values.model],
      ['ontology.path', values.ontology],
      ['ontology.counts.path', values.counts],
      ['retention.rehearsal.path', values.rehearsal],
      [CANARIES, values.canaries],
      [TEXTS, values.texts],
    ].filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const stored = await openStoredRun(place);
  requireDone(stored);
  for (const text of values.covariate ?? []) given.set(...covariateOption(text, stored.bundle.manifest));
  const places = await findFiles(stored, given);
  const quiet = values.quiet === true;
  const openModelAt = modelOpener({ cache: values.cache, terminal, quiet });
  await requireSameFiles(stored, places, openModelAt);
  const outcome = await verify(stored, places, { tolerance, quiet, out: values.out, terminal, openModelAt });
  const pairTexts = isLeftOut(stored.bundle.manifest) ? 'left-out' : 'kept';
  if (values.json) terminal.out(JSON.stringify({ run: place, tolerance, pairTexts, ...outcome }, null, 2));
  else for (const line of describe(stored, outcome, tolerance)) terminal.out(line);
  return outcome.verdict === 'different' ? 1 : 0;
}

interface Settings {
  tolerance: number;
  quiet: boolean;
  out: string | undefined;
  terminal: Terminal;
  openModelAt: OpenModelAt;
}

async function verify(stored: StoredRun, places: FilePlaces, settings: Settings): Promise<Outcome> {
  const { manifest, summary } = stored.bundle;
  const prepared = await prepareExperiment(
    {
      spec: manifest.spec,
      rehearsalPath: places.get('retention.rehearsal.path') ?? null,
      modelPath: places.get('model.path')!,
      ontologyPath: places.get('ontology.path')!,
      countsPath: places.get('ontology.counts.path') ?? null,
      covariatePaths: manifest.spec.ontology.covariates.map((_, index) =>
        places.get(`ontology.covariates.${index}.path`)!,
      ),
      probePaths: { canaries: places.get(CANARIES) ?? null, languageLoss: places.get(TEXTS) ?? null },
    },
    settings.openModelAt,
  );
  const otherwise = preparedDifference(stored.bundle, prepared);
  if (otherwise) return differentAt(otherwise);
  const folder = settings.out ?? (await mkdtemp(path.join(tmpdir(), 'ontoscope-verify-')));
  const lock = await lockRun(folder);
  try {
    const store = new RunStore(folder);
    await store.refuseUsed();
    const result = await executeRun(prepared, store, settings);
    if (result.manifest.state !== 'done') {
      throw new LabError('cancelled', 'The second run was stopped before it could be compared.', {
        hint: 'Verify again.',
      });
    }
    const again = await openRunFolder(folder);
    // The second run's texts are left out in the same way: what remains says byte for byte whether the pairs are those.
    const files = isLeftOut(manifest) ? withoutPairs(again.files, again.bundle).files : again.files;
    const compared = compareRuns(stored.files, files, settings.tolerance);
    return {
      ...(compared.verdict === 'different' ? compared : heldTogether(compared, inconsistency(stored))),
      estimates: summary && again.bundle.summary ? compareEstimates(summary, again.bundle.summary) : [],
      gpu: { stored: manifest.gpu, again: again.bundle.manifest.gpu },
    };
  } finally {
    await lock.release();
    if (settings.out === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Records that come out again do not make a summary right that does not follow from them. */
function heldTogether(compared: RunComparison, inconsistent: RunDifference | null): RunComparison {
  if (!inconsistent) return compared;
  const files = [...compared.files, { path: inconsistent.file, verdict: 'different' as const }];
  return { verdict: 'different', first: inconsistent, files };
}

function differentAt(first: RunDifference): Outcome {
  return { verdict: 'different', first, files: [{ path: first.file, verdict: 'different' }], estimates: [], gpu: null };
}

function requireDone({ name, bundle }: StoredRun): void {
  if (bundle.manifest.state === 'done') return;
  throw new LabError('record-invalid', `${name}: ${RUN_FILES.manifest} says ${bundle.manifest.state}, not done.`, {
    hint: 'Only a run that reached its end can be verified: continue it with ontoscope run --resume first.',
  });
}

function covariateOption(text: string, { spec }: Manifest): [field: string, place: string] {
  const at = text.indexOf('=');
  const index = spec.ontology.covariates.findIndex(({ name }) => name === text.slice(0, at));
  if (at > 0 && index >= 0) return [`ontology.covariates.${index}.path`, text.slice(at + 1)];
  const names = spec.ontology.covariates.map(({ name }) => name).join(', ') || 'none';
  throw usageError(`--covariate takes NAME=PATH for a covariate of the run (${names}), not “${text}”.`, 'verify');
}

const OPTION_OF: Record<string, string> = {
  'model.path': '--model',
  'ontology.path': '--ontology',
  'ontology.counts.path': '--counts',
  'retention.rehearsal.path': '--rehearsal',
  [CANARIES]: '--canaries',
  [TEXTS]: '--texts',
};

/** Throws `file-missing` for a file that is neither given nor where the spec says. */
async function findFiles({ bundle, beside, name }: StoredRun, given: FilePlaces): Promise<FilePlaces> {
  const { model, ontology, retention, evaluation } = bundle.manifest.spec;
  const { canaries, languageLoss } = evaluation.probes;
  const named: [field: string, value: string | null][] = [
    ['model.path', model.path],
    ['ontology.path', ontology.path],
    ...(ontology.counts ? [['ontology.counts.path', ontology.counts.path] as [string, string]] : []),
    ...ontology.covariates.map(({ path: file }, index): [string, string] => [
      `ontology.covariates.${index}.path`,
      file,
    ]),
    ...(retention.rehearsal?.source === 'text'
      ? [['retention.rehearsal.path', retention.rehearsal.path] as [string, string | null]]
      : []),
    ...(canaries?.path == null ? [] : [[CANARIES, canaries.path] as [string, string]]),
    ...(languageLoss?.path == null ? [] : [[TEXTS, languageLoss.path] as [string, string]]),
  ];
  const places = new Map<string, string>();
  for (const [field, value] of named) {
    const option = given.get(field);
    const tried =
      option !== undefined ? [option] : value === null ? [] : [path.resolve(value), path.resolve(beside, value)];
    const elsewhere = field === 'model.path' ? (option ?? value) : null;
    if (elsewhere !== null && readModelReference(elsewhere) !== null) places.set(field, elsewhere);
    for (const candidate of tried) {
      const there = await stat(candidate).catch(() => null);
      if (there && !places.has(field)) places.set(field, candidate);
    }
    if (places.has(field)) continue;
    const found = option ?? value;
    throw new LabError(
      'file-missing',
      found === null
        ? `${name} does not say where its ${field} was.`
        : `${found}, the ${field} of ${name}, is not here.`,
      {
        hint: `Say where it lies with ${OPTION_OF[field] ?? '--covariate NAME='} PATH.`.replace('= ', '='),
        control: field,
      },
    );
  }
  return places;
}

/** Of a bundle without texts: which pairs were held against the ontology's. */
function leftOutLine(facts: readonly FactRecord[], verdict: Verdict): string {
  const pairs = formatCount(new Set(facts.map(({ pair }) => pair)).size);
  return verdict === 'different'
    ? `the texts of its ${pairs} pairs were left out of it: pairs are told apart by their hashes, answers not at all`
    : `apart from the texts left out of it: the hashes of its ${pairs} pairs are those of the ontology; answers were not compared`;
}

const WORDS: Record<Verdict, string> = {
  identical: 'identical: the second run wrote the same bytes',
  equal: 'equal within tolerance: measured numbers deviate, nothing else does',
  different: 'different',
};

function describe({ name, bundle }: StoredRun, { verdict, first, files, estimates, gpu }: Outcome, tolerance: number) {
  const lines = [`${name} (run ${bundle.manifest.runId}): ${WORDS[verdict]}`];
  if (isLeftOut(bundle.manifest)) lines.push(leftOutLine(bundle.facts, verdict));
  if (first) {
    const line = first.line === null ? '' : `, line ${first.line}`;
    const record = first.record === '' ? '' : ` (${first.record})`;
    const field = first.field === '' ? '' : `: ${first.field}`;
    lines.push(
      `first difference${verdict === 'equal' ? ` (within ${tolerance})` : ''}: ${first.file}${line}${record}${field}`,
      `  stored  ${JSON.stringify(first.stored)}`,
      `  again   ${JSON.stringify(first.again)}`,
    );
  }
  lines.push(...files.map((file) => `  ${file.verdict.padEnd(10)} ${file.path}`));
  if (verdict === 'identical' || gpu === null) return lines;
  const { host: storedHost, description: storedDevice } = gpu.stored;
  const { host, description } = gpu.again;
  if (storedDevice !== description || storedHost !== host) {
    lines.push(`stored on ${storedDevice} (${storedHost}), again on ${description} (${host}): compare the estimates`);
  }
  const share = ({ value, lo, hi }: EstimateComparison['stored']) =>
    `${formatPercent(value)} [${formatPercent(lo)}, ${formatPercent(hi)}]`;
  return [
    ...lines,
    ...estimates.map(
      ({ what, stored, again, overlap }) =>
        `  ${what}: ${share(stored)} stored, ${share(again)} again, n = ${again.n}; ` +
        (overlap ? 'intervals overlap' : 'intervals do not overlap'),
    ),
  ];
}
