/** `ontoscope associations FILE`: true and false statements from associations, and what frequencies alone can predict. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { NEGATIVE_KINDS, prepareAssociations, type AssociationOptions, type AssociationReport } from '../../experiment';
import type { Estimate } from '../../core/estimate';
import { numberOption, onlyArgument, parseCommand, usageError } from '../arguments';
import { formatCount } from '../format';
import { openNodeFile } from '../node-folder';
import type { Terminal } from '../terminal';
import { replaceFile } from '../write-files';

export const ASSOCIATIONS_HELP = `ontoscope associations FILE [options]

Makes true and false statements from a file of associations (CTD genes and diseases), splits them, and measures what
can be predicted from nothing but how often each side occurs: the baseline that any claim must beat.

  --negatives KIND     random (default), same-subject, same-object-class or degree-matched
  --per-positive N     false statements for each true one (default: 1)
  --evidence A,B       only associations with one of these kinds of evidence
  --test SHARE         share of the test part (default: 0.2)
  --hold-out S,O       hold out these shares of subjects and objects instead, for instance 0.1,0.1
  --both               with --hold-out: test only statements whose two sides are both held out
  --pooled             make false statements before the split, as published
  --seed N             default: 1
  --out DIR            writes train.jsonl and test.jsonl
  --json               one JSON document on stdout, without the statements`;

export async function associationsCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('associations', argv, {
    negatives: { type: 'string' },
    'per-positive': { type: 'string' },
    evidence: { type: 'string' },
    test: { type: 'string' },
    'hold-out': { type: 'string' },
    both: { type: 'boolean' },
    pooled: { type: 'boolean' },
    seed: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  });
  const file = await openNodeFile(onlyArgument(positionals, 'a file of associations', 'associations'));
  const report = await prepareAssociations(file, optionsOf(values));
  const { dataset } = report;
  if (values.out !== undefined) {
    await mkdir(values.out, { recursive: true });
    for (const part of ['train', 'test'] as const) {
      const lines = dataset[part].map((statement) => `${JSON.stringify(statement)}\n`).join('');
      await replaceFile(path.join(values.out, `${part}.jsonl`), lines);
    }
  }
  if (values.json) terminal.out(JSON.stringify(summaryOf(report), null, 2));
  else for (const line of describe(report)) terminal.out(line);
  return 0;
}

function optionsOf(values: {
  negatives?: string | undefined;
  'per-positive'?: string | undefined;
  evidence?: string | undefined;
  test?: string | undefined;
  'hold-out'?: string | undefined;
  both?: boolean | undefined;
  pooled?: boolean | undefined;
  seed?: string | undefined;
}): AssociationOptions {
  const negatives = NEGATIVE_KINDS.find((kind) => kind === (values.negatives ?? 'random'));
  if (negatives === undefined) {
    throw usageError(`--negatives must be ${NEGATIVE_KINDS.join(', ')}, not “${values.negatives}”.`, 'associations');
  }
  const share = (text: string | undefined, name: string, fallback: number) =>
    numberOption(text, name, { fallback, min: 0, max: 1 }, 'associations');
  if (values.both && values['hold-out'] === undefined) throw usageError('--both needs --hold-out.', 'associations');
  const held = values['hold-out']?.split(',');
  if (held !== undefined && held.length !== 2) {
    throw usageError(`--hold-out takes two shares such as 0.1,0.1, not “${values['hold-out']}”.`, 'associations');
  }
  return {
    evidence: values.evidence?.split(',') ?? null,
    negatives,
    negativesPerPositive: numberOption(
      values['per-positive'],
      'per-positive',
      { fallback: 1, min: 1, max: 100, integer: true },
      'associations',
    ),
    split:
      held === undefined
        ? { kind: 'stratified', testShare: share(values.test, 'test', 0.2) }
        : {
            kind: 'entity-held-out',
            subjectShare: share(held[0], 'hold-out', 0.1),
            objectShare: share(held[1], 'hold-out', 0.1),
            test: values.both ? 'both' : 'touching',
          },
    order: values.pooled ? 'pooled' : 'within-parts',
    seed: numberOption(values.seed, 'seed', { fallback: 1, min: 0, max: 4294967295, integer: true }, 'associations'),
  };
}

function summaryOf({ file, subject, object, dataset, baseline }: AssociationReport) {
  const { train, test, heldOut, ...rest } = dataset;
  return {
    file,
    subject,
    object,
    ...rest,
    train: train.length,
    test: test.length,
    heldOut: { subjects: heldOut.subjects.length, objects: heldOut.objects.length },
    baseline,
  };
}

function describe(report: AssociationReport): string[] {
  const { subject, object, dataset, baseline } = report;
  const { counts } = dataset;
  const left = [
    [counts.otherEvidence, 'of other evidence'],
    [counts.repeated, 'repeated'],
    [counts.sameText, 'worded like another'],
  ].filter(([count]) => Number(count) > 0);
  const interval = ({ value, lo, hi }: Estimate) => `${value.toFixed(3)} [${lo.toFixed(3)}, ${hi.toFixed(3)}]`;
  return [
    `statements   ${formatCount(counts.positives)} true of ${formatCount(counts.rows)} rows` +
      (left.length > 0
        ? ` (left out: ${left.map(([count, why]) => `${formatCount(Number(count))} ${why}`).join(', ')})`
        : ''),
    `             ${formatCount(counts.negativesMade)} false of ${formatCount(counts.negativesAsked)} asked for, ${dataset.negatives}, made ${dataset.order === 'pooled' ? 'before the split' : 'within each part'}`,
    `parts        ${formatCount(dataset.train.length)} to train, ${formatCount(dataset.test.length)} to test` +
      (counts.inNeitherPart > 0 ? `, ${formatCount(counts.inNeitherPart)} in neither` : ''),
    ...(dataset.split.kind === 'entity-held-out'
      ? [
          `held out     ${formatCount(dataset.heldOut.subjects.length)} ${subject}s, ${formatCount(dataset.heldOut.objects.length)} ${object}s`,
        ]
      : []),
    `hash         ${dataset.hash}`,
    '',
    'from frequencies alone, on the test part (95 % intervals)',
    `  AUC, both sides      ${interval(baseline.auc)}`,
    `  AUC, ${subject}`.padEnd(23) + interval(baseline.subjectAuc),
    `  AUC, ${object}`.padEnd(23) + interval(baseline.objectAuc),
    `  accuracy             ${interval(baseline.accuracy)}`,
  ];
}
