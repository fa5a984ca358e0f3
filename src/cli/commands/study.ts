/** `ontoscope study STUDY --out DIR`: one experiment over a grid and several seeds. */
import { cellName, continueState, newState, StudyPool } from '../../experiment';
import { STUDY_FILES, type StudyState, type StudySummary } from '../../records';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatDuration } from '../format';
import { INTERRUPTED } from '../keep-running';
import { lockRun } from '../run-lock';
import { CACHE_HELP, CACHE_OPTION, modelOpener } from '../model-place';
import { readRunFolder } from '../stored-run';
import { planLines, planStudy } from '../study/plan-study';
import { runCells } from '../study/run-cells';
import { fileAssignments, readStudyFile, type StudyFile } from '../study/study-file';
import { StudyStore } from '../study/study-store';
import { summaryLines } from '../study/summary-lines';
import type { Terminal } from '../terminal';

export const STUDY_HELP = `ontoscope study STUDY --out DIR [options]

Runs every cell of a study file, one after the other, and pools what they found. docs/studies.md says how to write one,
and how its cells make worlds of their own and pretrain models on them.

  --out DIR        where study.json, a folder for each cell, study-summary.json and study-summary.csv go; in a study of
                   worlds also models, a folder for each
  --model PATH     the model's folder, or a model of the hub or of an address
${CACHE_HELP}
  --ontology PATH  the ontology's file
  --counts PATH    the popularity counts' file
  --set a.b=value  overrides a field of the study's base, with world. or pretrain. before it of its world or pretraining;
                   may be given many times. Paths in the study are relative to its folder, in a study of worlds those of
                   an experiment to the world's files; paths given here to the working directory
  --resume         continues the study in DIR: finished cells are kept, the interrupted one goes on from its checkpoint,
                   failed ones are tried again; seeds and values may have been added
  --plan           lists the cells with their memory and rough time, and the models to pretrain with their tokens and
                   operations; runs none
  --json           one JSON document on stdout: {"out", "state", "summary"}; with --plan the plan
  --quiet          no progress

Exit status 1 where a cell failed (the others are run all the same), 130 after Ctrl-C; --resume continues.`;

export async function studyCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('study', argv, {
    out: { type: 'string' },
    model: { type: 'string' },
    ontology: { type: 'string' },
    counts: { type: 'string' },
    set: { type: 'string', multiple: true },
    resume: { type: 'boolean' },
    plan: { type: 'boolean' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  const place = onlyArgument(positionals, 'a study file', 'study');
  if (values.plan && values.resume) throw usageError('--plan and --resume exclude each other.', 'study');
  const file = await readStudyFile(place, [...(values.set ?? []), ...fileAssignments(values)]);
  const openModelAt = modelOpener({ cache: values.cache, terminal, quiet: values.quiet });
  if (values.plan) {
    const plan = await planStudy(file, terminal, openModelAt);
    if (values.json) terminal.out(JSON.stringify(plan, null, 2));
    else for (const line of planLines(plan)) terminal.out(line);
    return plan.cells.some(({ problem }) => problem !== null) ? 1 : 0;
  }
  if (!values.out) throw usageError('study needs --out DIR, or --plan.', 'study');
  const store = new StudyStore(values.out);
  const lock = await lockRun(values.out);
  try {
    if (!values.resume) await store.refuseBegun();
    const stored = values.resume ? await store.state() : null;
    const state = stored ? continueState(stored, file.study, file.cells) : newState(file.study, file.cells);
    await store.save(state);
    const ended = await runCells(file, state, store, { quiet: values.quiet === true, terminal, openModelAt });
    const summary = ended === 'stopped' ? null : await pool(file, state, store);
    if (values.json) terminal.out(JSON.stringify({ out: values.out, state, summary }, null, 2));
    else for (const line of reportLines(values.out, state, summary)) terminal.out(line);
    return { done: 0, failed: 1, stopped: INTERRUPTED }[ended];
  } finally {
    await lock.release();
  }
}

/** Of the finished cells; null where there is none. */
async function pool(file: StudyFile, state: StudyState, store: StudyStore): Promise<StudySummary | null> {
  const cells = new StudyPool(file.study, file.factors, (cell) => readRunFolder(store.cellFolder(cell)));
  const summary = await cells.summary(state.cells);
  if (summary === null) return null;
  await store.saveSummary(summary);
  return summary;
}

function reportLines(out: string, { study, cells }: StudyState, summary: StudySummary | null): string[] {
  const done = cells.filter(({ state }) => state === 'done');
  const spent = cells.reduce((sum, { elapsedMs }) => sum + (elapsedMs ?? 0), 0);
  const failed = cells.filter(({ state }) => state === 'failed');
  return [
    `${study.name}: ${done.length} of ${cells.length} cells done, ${formatDuration(spent)} of computing`,
    ...failed.map((cell) => `failed: ${cellName(cell)}: ${cell.error!.message} ${cell.error!.hint}`),
    ...(summary ? ['', ...summaryLines(summary), '', `Table: ${out}/${STUDY_FILES.table}`] : []),
  ];
}
