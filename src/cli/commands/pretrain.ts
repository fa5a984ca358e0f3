/** `ontoscope pretrain CORPUS --model CONFIG --out DIR`: a model from nothing, headless. */
import {
  preparePretraining,
  PretrainRunner,
  readCorpus,
  WRITTEN_DTYPES,
  type PreparedPretraining,
  type PretrainEvent,
  type PretrainManifest,
  type PretrainProgress,
  type PretrainResumePoint,
  type WrittenDtype,
} from '../../experiment';
import { LabError } from '../../core/errors';
import { parsePretrainConfig } from '../../spec';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes, formatCount, formatDuration } from '../format';
import { INTERRUPTED, keepRunning } from '../keep-running';
import { openNodeFolder, readNamedText } from '../node-folder';
import { NODE_HOST_NAME, nodeGpu } from '../node-gpu';
import { PretrainStore } from '../pretrain-store';
import { ProgressLine } from '../progress-line';
import { lockRun } from '../run-lock';
import type { Terminal } from '../terminal';

export const PRETRAIN_HELP = `ontoscope pretrain CORPUS --model CONFIG --out DIR [options]

Trains a model from nothing on a corpus, each sentence once and in its order, and writes it as Hugging Face files with
what it was exposed to. docs/pretraining.md says how to write CONFIG and what CORPUS holds.

  --model CONFIG   the shape of the model and how it is trained, as JSON
  --out DIR        where config.json, tokenizer.json, model.safetensors, pretraining.json, steps.jsonl, held-out.jsonl
                   and exposures.jsonl go
  --set a.b=value  overrides a field of CONFIG; may be given many times
  --dtype TYPE     f32 (default) or f16: of the weights in the file
  --plan           says what would be trained, with memory and operations, and trains nothing
  --resume         continues what was begun in DIR from its last checkpoint, bit for bit
  --force          replaces what lies in DIR
  --json           one JSON document on stdout: {"out", "manifest"}; with --plan the plan
  --quiet          no progress

Ctrl-C ends at the next safe point (exit status 130); --resume continues.`;

export async function pretrainCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('pretrain', argv, {
    model: { type: 'string' },
    out: { type: 'string' },
    set: { type: 'string', multiple: true },
    dtype: { type: 'string' },
    plan: { type: 'boolean' },
    resume: { type: 'boolean' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
  });
  const place = onlyArgument(positionals, 'a corpus', 'pretrain');
  if (!values.model) throw usageError('pretrain needs --model CONFIG.', 'pretrain');
  if (values.resume && values.force) throw usageError('--resume and --force exclude each other.', 'pretrain');
  const dtype = readDtype(values.dtype);
  const file = await readNamedText(values.model);
  const config = parsePretrainConfig(file.text, file.name, values.set ?? []);
  const prepared = preparePretraining(await readCorpus(await openNodeFolder(place, 'corpus')), config);
  if (values.plan) {
    if (values.json) terminal.out(JSON.stringify({ runId: prepared.runId, ...prepared.plan }, null, 2));
    else for (const text of planLines(prepared)) terminal.out(text);
    return 0;
  }
  if (!values.out) throw usageError('pretrain needs --out DIR, or --plan.', 'pretrain');
  const store = new PretrainStore(values.out);
  const lock = await lockRun(values.out);
  try {
    if (!values.resume && !values.force) await store.refuseUsed();
    if (!values.quiet) for (const text of planLines(prepared)) terminal.log(text);
    const from = values.resume ? await resumePoint(store, prepared, dtype) : null;
    const manifest =
      from === 'done'
        ? (await store.manifest())!
        : await execute(prepared, store, from, { dtype, quiet: values.quiet === true }, terminal);
    if (values.json) terminal.out(JSON.stringify({ out: values.out, manifest }, null, 2));
    else for (const text of endLines(values.out, manifest)) terminal.out(text);
    return manifest.state === 'done' ? 0 : INTERRUPTED;
  } finally {
    await lock.release();
  }
}

function readDtype(text: string = 'f32'): WrittenDtype {
  const dtype = WRITTEN_DTYPES.find((known) => known === text);
  if (dtype) return dtype;
  throw usageError(`--dtype must be ${WRITTEN_DTYPES.join(' or ')}, not “${text}”.`, 'pretrain');
}

/** Throws `checkpoint-mismatch` where the folder holds another pretraining, `output-exists` for other files. */
async function resumePoint(
  store: PretrainStore,
  { runId }: PreparedPretraining,
  dtype: WrittenDtype,
): Promise<PretrainResumePoint | 'done' | null> {
  const manifest = await store.manifest();
  if (manifest === null) {
    await store.refuseUsed();
    return null;
  }
  const done = manifest.state === 'done';
  if (manifest.runId === runId && !(done && manifest.dtype !== dtype)) return done ? 'done' : store.resumePoint();
  const what = manifest.runId === runId ? `a model in ${manifest.dtype}` : `another pretraining (${manifest.runId})`;
  throw new LabError('checkpoint-mismatch', `${store.folder} holds ${what}.`, {
    hint: 'Continue with the configuration, the corpus and the dtype it was begun with, or give another folder with --out.',
  });
}

async function execute(
  prepared: PreparedPretraining,
  store: PretrainStore,
  from: PretrainResumePoint | null,
  { dtype, quiet }: { dtype: WrittenDtype; quiet: boolean },
  terminal: Terminal,
): Promise<PretrainManifest> {
  const host = { gpu: await nodeGpu(), clock: terminal, hostName: NODE_HOST_NAME };
  const line = new ProgressLine(terminal);
  let manifest: PretrainManifest | null = null;
  await keepRunning<PretrainEvent, PretrainResumePoint>(
    {
      makeRunner: () => new PretrainRunner(prepared, host, dtype),
      from,
      async take(event) {
        await store.write(event);
        if (event.kind === 'manifest') manifest = event.manifest;
        else if (event.kind === 'progress' && !quiet) line.show(withLosses(event.progress));
      },
      close: () => store.close(),
      resumePoint: () => store.resumePoint(),
      where: ({ steps }) => `after ${formatCount(steps.length)} steps`,
      place: ({ steps, heldOut }) => `${steps.length} ${heldOut.length}`,
    },
    line,
    terminal,
  );
  if (manifest !== null) return manifest;
  throw new LabError('cancelled', 'Pretraining was stopped before it began; nothing was written.', {
    hint: 'Run it again.',
  });
}

function withLosses(progress: PretrainProgress): PretrainProgress {
  const { loss, heldOutLoss, message } = progress;
  const parts = [
    message,
    ...(loss === null ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(heldOutLoss === null ? [] : [`held-out ${heldOutLoss.toFixed(3)}`]),
  ];
  return { ...progress, message: parts.join(', ') };
}

function planLines({ config, plan, decoder }: PreparedPretraining): string[] {
  const { operations, memory } = plan;
  const heldOut = plan.heldOutTokens === 0 ? 'none' : `${formatCount(plan.heldOutTokens)} tokens`;
  return [
    `${config.name}: ${formatCount(plan.parameters)} parameters (${decoder.layers} layers of ${decoder.hiddenSize}, vocabulary ${formatCount(decoder.vocabSize)})`,
    `${formatCount(plan.sentences)} sentences, ${formatCount(plan.filler)} of them filler, on ${formatCount(plan.facts)} facts: ` +
      `${formatCount(plan.tokens)} tokens in ${formatCount(plan.steps)} steps; held out: ${heldOut}`,
    `${toSi(operations.trainingPerToken)} operations a token, ${toSi(operations.total)} in all; ${formatBytes(memory.totalBytes)} on the GPU`,
  ];
}

/** 1234567 → `1.23e6`, the way operations are counted. */
function toSi(value: number): string {
  return value.toExponential(2).replace('e+', 'e');
}

function endLines(out: string, { state, trained, model, plan, gpu, elapsedMs }: PretrainManifest): string[] {
  const device = `${gpu.description || gpu.vendor}${gpu.software ? ' (software)' : ''}`;
  return [
    `${formatCount(model.parameters)} parameters, ${formatCount(trained.steps)} of ${formatCount(plan.steps)} steps: ${state} after ${formatDuration(elapsedMs)} on ${device}`,
    state === 'done' ? `Model and logs: ${out}` : `Continue with --resume: ${out}`,
  ];
}
