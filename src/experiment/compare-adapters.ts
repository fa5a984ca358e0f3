/**
 * Several adapters over one model, asked the same facts: the weights are loaded once, and each adapter stands beside them.
 *
 * Promises: every answer is teacher-forced under the held-out template, as an evaluation's tokenHit is, so nothing is
 * sampled. Must not know: files' whereabouts, how anything is printed.
 */
import type { Direction } from '../core/direction';
import { LabError } from '../core/errors';
import type { Estimate } from '../core/estimate';
import type { FileFolder } from '../core/files';
import type { Session } from '../engine';
import { readAdapter } from '../models';
import type { TransitionTable } from '../records/types';
import { transitions, wilson } from '../stats';
import { type OpenedSession, openSession } from './host';
import { CHUNK_FACTS } from './plan';
import type { PreparedDirection, PreparedRun } from './prepared';
import { scoreExamples } from './teacher-forcing';

/** What one set of weights makes of the facts of a direction that were, or were to be, seen in training, or withheld. */
export interface ComparedGroup {
  direction: Direction;
  group: 'seen' | 'withheld';
  /** Share whose greedy answer is the label, token for token. */
  right: Estimate;
  /** Mean log probability of the label, in nats. */
  meanLogProb: number;
  /** Against the model without an adapter, fact by fact; null for that model itself. */
  change: TransitionTable | null;
}

export interface Compared {
  /** Null: the model without an adapter. */
  adapter: string | null;
  groups: ComparedGroup[];
}

interface Answer {
  hit: boolean;
  logProb: number;
}

export type BaseOpener = (prepared: PreparedRun, gpu: GPU, signal: AbortSignal) => Promise<OpenedSession>;

const openBase: BaseOpener = ({ config, model, rowTokens, rowSupervised, session }, gpu, signal) =>
  openSession(
    {
      config,
      trainable: { kind: 'none' },
      shape: { rowTokens, supervised: rowSupervised, ...(session.precision && { precision: session.precision }) },
      weights: () => model.weightSource(),
      control: 'model.path',
    },
    gpu,
    signal,
    () => {},
  );

/** Throws what reading an adapter throws, before any weight is loaded. */
export async function compareAdapters(
  prepared: PreparedRun,
  folders: readonly FileFolder[],
  gpu: GPU,
  signal: AbortSignal,
  open: BaseOpener = openBase,
): Promise<Compared[]> {
  const adapters = [];
  for (const folder of folders) adapters.push({ name: folder.name, ...(await readAdapter(folder, prepared.model)) });
  const { session: base, close } = await open(prepared, gpu, signal);
  try {
    const plain = await askAll(prepared, base);
    const compared: Compared[] = [{ adapter: null, groups: groupsOf(prepared, plain, null) }];
    for (const { name, rank, scale, targets, dora, tensors } of adapters) {
      if (signal.aborted) throw new LabError('cancelled', 'The comparison was stopped.', { hint: 'Start it again.' });
      const session = await base.withAdapter({ kind: 'lora', rank, scale, targets, dora });
      try {
        await session.importTrainable(tensors);
        const answers = await askAll(prepared, session);
        compared.push({ adapter: name, groups: groupsOf(prepared, answers, plain) });
      } finally {
        session.destroy();
      }
    }
    return compared;
  } finally {
    close();
  }
}

/** Answers of every direction's facts, in their order. */
async function askAll(prepared: PreparedRun, session: Session): Promise<Answer[][]> {
  const answers: Answer[][] = [];
  for (const direction of prepared.directions) answers.push(await ask(prepared, direction, session));
  return answers;
}

async function ask(
  { rowTokens, config, stopIds }: PreparedRun,
  { facts }: PreparedDirection,
  session: Session,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < facts.length; start += CHUNK_FACTS) {
    const examples = facts.slice(start, start + CHUNK_FACTS).map(({ queries }) => queries['held-out']);
    const scores = await scoreExamples(session, examples, { rowTokens, contextLength: config.contextLength, stopIds });
    for (const { tokenHit: hit, logProb } of scores) {
      if (!Number.isFinite(logProb)) throw notFinite();
      answers.push({ hit, logProb });
    }
  }
  return answers;
}

function groupsOf(
  { directions }: PreparedRun,
  answers: readonly Answer[][],
  plain: readonly Answer[][] | null,
): ComparedGroup[] {
  return directions.flatMap(({ direction, facts }, d) =>
    (['seen', 'withheld'] as const).flatMap((group): ComparedGroup[] => {
      const members = facts.flatMap(({ seen }, i) => (seen === (group === 'seen') ? [i] : []));
      if (members.length === 0) return [];
      const own = members.map((i) => answers[d]![i]!);
      const before = plain?.[d];
      return [
        {
          ...{ direction, group },
          right: wilson(own.filter(({ hit }) => hit).length, own.length),
          meanLogProb: own.reduce((sum, { logProb }) => sum + logProb, 0) / own.length,
          change: before
            ? transitions(members.map((i) => ({ before: before[i]!.hit, after: answers[d]![i]!.hit })))
            : null,
        },
      ];
    }),
  );
}

function notFinite(): LabError {
  return new LabError('loss-not-finite', 'An answer’s probability is no number.', {
    hint: 'The model or the adapter is broken: try another one.',
  });
}
