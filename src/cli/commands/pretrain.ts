/** `ontoscope pretrain CORPUS --model CONFIG --out DIR`: a model from nothing, headless. */
import {
  preparePretraining,
  worldFiles,
  WRITTEN_DTYPES,
  type PretrainManifest,
  type WrittenDtype,
} from '../../experiment';
import { parsePretrainConfig } from '../../spec';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatCount, formatDuration } from '../format';
import { INTERRUPTED } from '../keep-running';
import { readNamedText } from '../node-folder';
import { pretrainPlanLines } from '../pretrain-lines';
import { PretrainStore } from '../pretrain-store';
import { lockRun } from '../run-lock';
import { executePretraining, findPretrainPoint } from '../run-pretraining';
import type { Terminal } from '../terminal';
import { corpusAt } from '../world-source';

export const PRETRAIN_HELP = `ontoscope pretrain CORPUS --model CONFIG --out DIR [options]

Trains a model from nothing on a corpus, each sentence once and in its order, and writes it as Hugging Face files with
what it was exposed to. CORPUS is a folder that ontoscope world wrote, or a WORLD.json, whose files then lie in
DIR/world. docs/pretraining.md says how to write CONFIG and what CORPUS holds.

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
  const { text, world } = await corpusAt(place);
  const prepared = preparePretraining(text, config);
  if (values.plan) {
    if (values.json) terminal.out(JSON.stringify({ runId: prepared.runId, ...prepared.plan }, null, 2));
    else for (const line of pretrainPlanLines(prepared)) terminal.out(line);
    return 0;
  }
  if (!values.out) throw usageError('pretrain needs --out DIR, or --plan.', 'pretrain');
  const store = new PretrainStore(values.out, world ? worldFiles(world).files : []);
  const lock = await lockRun(values.out);
  try {
    if (!values.resume && !values.force) await store.refuseUsed();
    if (!values.quiet) for (const line of pretrainPlanLines(prepared)) terminal.log(line);
    const from = values.resume ? await findPretrainPoint(store, prepared, dtype) : null;
    const manifest =
      from === 'done'
        ? (await store.manifest())!
        : await executePretraining(prepared, store, { from, dtype, quiet: values.quiet === true, terminal });
    if (values.json) terminal.out(JSON.stringify({ out: values.out, manifest }, null, 2));
    else for (const line of endLines(values.out, manifest)) terminal.out(line);
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

function endLines(out: string, { state, trained, model, plan, gpu, elapsedMs }: PretrainManifest): string[] {
  const device = `${gpu.description || gpu.vendor}${gpu.software ? ' (software)' : ''}`;
  return [
    `${formatCount(model.parameters)} parameters, ${formatCount(trained.steps)} of ${formatCount(plan.steps)} steps: ${state} after ${formatDuration(elapsedMs)} on ${device}`,
    state === 'done' ? `Model and logs: ${out}` : `Continue with --resume: ${out}`,
  ];
}
