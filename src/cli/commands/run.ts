/** `ontoscope run SPEC --out DIR`: a whole experiment, headless. */
import { runHazards, type PreparedRun } from '../../experiment';
import { encodeManifest, encodeSummary, parseSummary } from '../../records';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { findResumePoint } from '../continue-run';
import { formatBytes, formatCount, formatDuration } from '../format';
import { INTERRUPTED } from '../keep-running';
import { CACHE_HELP, CACHE_OPTION, modelOpener } from '../model-place';
import { PRESET_HELP, PRESET_OPTION } from '../presets';
import { reportLines } from '../report';
import { executeRun, prepareExperiment, type RunResult } from '../run-experiment';
import { lockRun } from '../run-lock';
import { RunStore } from '../run-store';
import { readSpecFile } from '../spec-file';
import { openRunFolder } from '../stored-run';
import type { Terminal } from '../terminal';

export const RUN_HELP = `ontoscope run SPEC --out DIR [options]

Runs the experiment of a spec file and writes its records and adapters to DIR.

  --out DIR        where manifest.json, trials.jsonl, steps.jsonl, summary.json, checkpoint.bin and adapters/ go, and
                   what probes write: embeddings.jsonl, canaries.jsonl, language.jsonl, embeddings/
${PRESET_HELP}
  --set a.b=value  overrides a field of the spec; may be given many times. Paths in the spec are relative to the
                   spec's folder, paths given here to the working directory
${CACHE_HELP}
  --resume         continues the run in DIR from its last checkpoint, bit for bit
  --force          replaces the run in DIR
  --json           one JSON document on stdout: {"out", "manifest", "summary"}
  --quiet          no progress

While it runs, run.lock in DIR says which process works there; a second one is refused.
Ctrl-C ends the run at the next safe point with a valid partial record (exit status 130); --resume continues it.`;

export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('run', argv, {
    out: { type: 'string' },
    ...PRESET_OPTION,
    set: { type: 'string', multiple: true },
    resume: { type: 'boolean' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const file = onlyArgument(positionals, 'a spec file', 'run');
  if (!values.out) throw usageError('run needs --out DIR.', 'run');
  if (values.resume && values.force) throw usageError('--resume and --force exclude each other.', 'run');
  const say = (text: string) => void (values.quiet || terminal.log(text));

  const store = new RunStore(values.out);
  const lock = await lockRun(values.out);
  try {
    if (!values.resume && !values.force) await store.refuseUsed();
    const openModelAt = modelOpener({ cache: values.cache, terminal, quiet: values.quiet });
    const spec = await readSpecFile(file, values.set ?? [], values.preset);
    const prepared = await prepareExperiment(spec, openModelAt);
    for (const line of describePlan(prepared)) say(line);
    for (const warning of prepared.probes.flatMap(({ warnings }) => warnings)) say(`Warning: ${warning}`);

    const resumeFrom = values.resume ? await findResumePoint(store, prepared, say) : null;
    if (resumeFrom === 'done') return await tell(await storedResult(store), values, terminal);
    const result = await executeRun(prepared, store, { resumeFrom, quiet: values.quiet === true, terminal });
    return await tell(result, values, terminal);
  } finally {
    await lock.release();
  }
}

function describePlan({ spec, model, ontologyFile, dataset, memory, plannedSteps, rowTokens }: PreparedRun): string[] {
  const popularity = dataset.popularity === 'none' ? 'popularity unknown' : `${dataset.bins} popularity bins`;
  return [
    `${spec.name}: ${model.name} (${formatCount(model.parameters)} parameters), ${ontologyFile.name}`,
    `${dataset.seen.length} seen and ${dataset.withheld.length} withheld pairs of ${formatCount(dataset.universe)} terms (${popularity}); ` +
      `${formatCount(plannedSteps)} steps, rows of ${rowTokens} tokens, ${formatBytes(memory.totalBytes)} on the GPU`,
  ];
}

async function storedResult(store: RunStore): Promise<RunResult> {
  const text = await store.summaryText();
  return { out: store.folder, manifest: (await store.manifest())!, summary: text === null ? null : parseSummary(text) };
}

async function tell(
  { out, manifest, summary }: RunResult,
  { json }: { json?: boolean | undefined },
  terminal: Terminal,
): Promise<number> {
  if (json) {
    // Through the records' codecs, so that infinite numbers are spelled as in the files.
    const document = {
      out,
      manifest: JSON.parse(encodeManifest(manifest)) as unknown,
      summary: summary && (JSON.parse(encodeSummary(summary)) as unknown),
    };
    terminal.out(JSON.stringify(document, null, 2));
  } else {
    const { description, software } = manifest.gpu;
    const device = `${description || manifest.gpu.vendor}${software ? ' (software)' : ''}`;
    terminal.out(`Run ${manifest.runId}: ${manifest.state} after ${formatDuration(manifest.elapsedMs)} on ${device}`);
    terminal.out('');
    if (summary) {
      const { bundle } = await openRunFolder(out);
      for (const text of reportLines(summary, manifest, runHazards(bundle))) terminal.out(text);
    }
    terminal.out(`Records and adapters: ${out}`);
  }
  return manifest.state === 'done' ? 0 : INTERRUPTED;
}
