/** `ontoscope world WORLD.json`: a synthetic ontology with the corpus that states its facts, or a look at it. */
import path from 'node:path';
import {
  lookAtWorld,
  makeWorld,
  worldFileNames,
  worldFiles,
  type WorldPreview,
  type WorldSummary,
} from '../../experiment';
import type { WorldSpec } from '../../spec';
import { numberOption, onlyArgument, parseCommand, usageError } from '../arguments';
import { formatCount } from '../format';
import type { Terminal } from '../terminal';
import { readWorldFile } from '../world-source';
import { refuseExisting, replaceFile } from '../write-files';

export const WORLD_HELP = `ontoscope world WORLD.json --out DIR [options]
ontoscope world WORLD.json --preview [options]

Makes a world: facts with made-up or given names, a corpus that states each of them as often as asked, and a tokenizer
learned on it. docs/worlds.md says what the dials do and what the files hold.

  --out DIR      writes world.json, terms.tsv, occurrences.jsonl, sentences.jsonl, held-out.txt, tokenizer.json,
                 tokenizer_config.json, experiment.json, summary.json, filler.txt, and of each group groups/NAME.tsv
                 and groups/NAME.txt
  --preview      shows some facts and how they are stated, and writes nothing
  --examples N   facts of each group in a preview (default: 3)
  --seed N       another seed than the file's
  --twin KIND    whole, without (the facts) or flipped (their order), for all groups
  --force        replaces a world that lies in DIR already
  --json         one JSON document on stdout`;

export async function worldCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('world', argv, {
    out: { type: 'string' },
    preview: { type: 'boolean' },
    examples: { type: 'string' },
    seed: { type: 'string' },
    twin: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const file = onlyArgument(positionals, 'a world file', 'world');
  if ((values.out === undefined) === (values.preview === undefined)) {
    throw usageError('world needs either --out DIR or --preview.', 'world');
  }
  const examples = numberOption(
    values.examples,
    'examples',
    { fallback: 3, min: 1, max: 1000, integer: true },
    'world',
  );
  const { spec: written, open } = await readWorldFile(file);
  const spec = chosen(written, values);
  if (values.out === undefined) {
    const preview = await lookAtWorld(spec, open, examples);
    if (values.json) terminal.out(JSON.stringify(preview, null, 2));
    else for (const line of previewLines(preview)) terminal.out(line);
    return 0;
  }
  if (!values.force) {
    for (const name of worldFileNames(spec)) await refuseExisting(path.join(values.out, name));
  }
  const { files, summary } = worldFiles(await makeWorld(spec, open));
  for (const { name, text } of files) await replaceFile(path.join(values.out, name), text);
  if (values.json) terminal.out(JSON.stringify({ out: values.out, ...summary }, null, 2));
  else for (const line of summaryLines(summary)) terminal.out(line);
  return 0;
}

const TWINS = ['whole', 'without', 'flipped'] as const;

function chosen(spec: WorldSpec, { seed, twin }: { seed?: string | undefined; twin?: string | undefined }): WorldSpec {
  const kind = TWINS.find((each) => each === twin);
  if (twin !== undefined && kind === undefined) {
    throw usageError(`--twin must be ${TWINS.join(', ')}, not “${twin}”.`, 'world');
  }
  const bounds = { fallback: spec.seed, min: 0, max: 4294967295, integer: true };
  const { hash: _hash, ...rest } = spec;
  return {
    ...rest,
    seed: numberOption(seed, 'seed', bounds, 'world'),
    twin: kind === undefined ? spec.twin : kind === 'whole' ? { kind } : { kind, groups: null },
  };
}

function previewLines({ name, hash, groups, ...counts }: WorldPreview): string[] {
  return [
    `world        ${name}`,
    `hash         ${hash}`,
    `facts        ${formatCount(counts.facts)}`,
    `sentences    ${formatCount(counts.factSentences)} of facts, ${formatCount(counts.filler)} of filler, ${formatCount(counts.heldOut)} held out`,
    ...groups.flatMap((group) => [
      '',
      `${group.name}: ${formatCount(group.facts)} facts in ${formatCount(group.sentences)} sentences${derivedWords(group.derived)}`,
      ...group.examples.flatMap(({ term, identifier, exposures, sentences }) => [
        `  ${term} | ${identifier} | ${exposures}×`,
        ...sentences.map((sentence) => `      ${sentence}`),
      ]),
    ]),
    ...(counts.fillerExamples.length > 0
      ? ['', 'filler:', ...counts.fillerExamples.map((text) => `      ${text}`)]
      : []),
  ];
}

function summaryLines({ groups, ...summary }: WorldSummary): string[] {
  const perSentence = summary.sentences === 0 ? '–' : (summary.tokens / summary.sentences).toFixed(1);
  return [
    `world        ${summary.name}`,
    `hash         ${summary.hash}`,
    `twin         ${summary.twin}`,
    `facts        ${formatCount(summary.facts)}`,
    `sentences    ${formatCount(summary.sentences)}, of which ${formatCount(summary.filler)} filler; ${formatCount(summary.heldOut)} held out`,
    `tokens       ${formatCount(summary.tokens)} (${formatCount(summary.factTokens)} in facts), ${perSentence} a sentence, at most ${summary.longestSentence}`,
    `vocabulary   ${formatCount(summary.vocabulary)}`,
    ...groups.flatMap((group) => [
      '',
      `${group.name}: ${formatCount(group.facts)} facts in ${formatCount(group.sentences)} sentences, ${formatCount(group.termFirst)} with the term first${derivedWords(group.derived)}`,
      `      ${exposureWords(group.exposures)}`,
    ]),
  ];
}

function derivedWords(derived: number | null): string {
  return derived === null ? '' : `; ${formatCount(derived)} identifiers follow from their names`;
}

const SHOWN_BUCKETS = 8;

function exposureWords(exposures: WorldSummary['groups'][number]['exposures']): string {
  const shown = exposures.slice(0, SHOWN_BUCKETS).map(({ times, facts }) => `${formatCount(facts)} facts ${times}×`);
  const more = exposures.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more numbers, up to ${exposures.at(-1)!.times}×`] : [])].join(', ');
}
