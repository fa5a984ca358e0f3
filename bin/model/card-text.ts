/**
 * The bundled model's card in words. Pure: everything it says stands in card.json.
 */
import { DIRECTION_LABEL } from '../../src/core/direction';
import { formatBytes, formatCount } from '../../src/cli/format';
import type { ModelCard, Tally } from './card';

export function cardText(card: ModelCard): string {
  const { shape, built, baseline } = card;
  const weights = card.files.find(({ path }) => path === 'model.safetensors')!;
  return `${[
    `# ${card.name}`,
    '',
    '<!-- Written by npm run build:model from card.json. -->',
    '',
    `A language model of ${formatCount(card.parameters)} parameters (Llama layout, ${shape.layers} layers of ${shape.hiddenSize}, ` +
      `vocabulary ${formatCount(shape.vocabulary)}, context ${shape.contextLength}; weights in f16, ${formatBytes(weights.bytes)}). It was trained from nothing on a corpus that says each fact a known ` +
      'number of times, so of every fact one knows how often the model has read it. It is what Ontoscope shows and trains when nothing else is chosen.',
    '',
    'It is **not for** anything else: it knows no language but its corpus, and what it answers about genes and parts of cells is often wrong. That is what is studied.',
    '',
    '## What it has read',
    '',
    `${formatCount(built.sentences)} sentences, ${formatCount(built.tokens)} tokens, each once; ${formatCount(built.filler)} of them state no fact. \`terms.tsv\` has every fact with its exposures.`,
    '',
    ...table(
      ['group', 'facts', 'example', 'facts by exposures'],
      card.groups.map(({ name, facts, example, exposures }) => [
        name,
        facts,
        `${example.term}, ${example.identifier}`,
        exposures.map(({ times, facts: n }) => `${n} × ${times}`).join(', '),
      ]),
      'n × m: n facts, stated m times each. Half of the sentences of a group say the name first, half the identifier.',
    ),
    '',
    '## Training',
    '',
    `${formatCount(built.steps)} steps, one epoch, AdamW. Loss in nats per token; the held-out sentences are filler and state no fact.`,
    '',
    ...table(
      ['step', 'tokens', 'trained since the row above', 'held out'],
      card.curve.map(({ step, tokens, trained, heldOut }) => [
        formatCount(step),
        formatCount(tokens),
        trained === null ? '–' : trained.toFixed(3),
        heldOut.toFixed(3),
      ]),
    ),
    '',
    '## What it knows before an experiment',
    '',
    `The first evaluation of \`${baseline.experiment}\`: ${baseline.facts} facts in both directions, asked in words it was never trained on. ` +
      `Known: the greedy answer is right. Latent: it is wrong, but at least one of ${baseline.samples} samples at temperature ${baseline.temperature} is right.`,
    '',
    ...tallyTable(
      'group',
      baseline.groups.map((row) => ({ ...row, key: row.group })),
    ),
    '',
    ...tallyTable(
      'exposures',
      baseline.exposures.map((row) => ({ ...row, key: String(row.exposures) })),
    ),
    '',
    '## Licence',
    '',
    `The weights and the files beside them: ${card.licence}, as Ontoscope itself. Names and identifiers in the corpus come from:`,
    '',
    ...card.sources.flatMap(({ group, title, version, licence, licenceUrl, attribution, changes }) => [
      `- **${group}**: ${title} (${version}), ${licence}${licenceUrl === null ? '' : ` <${licenceUrl}>`}. ${attribution} Changes: ${changes} Of these, pairs were drawn by the world’s seed and put into made-up sentences.`,
    ]),
    '',
    'All other names, identifiers and sentences are made up.',
    '',
    '## Building it again',
    '',
    '```sh',
    built.command,
    '```',
    '',
    `One seed (${built.seed}) makes the world (hash \`${built.worldHash}\`) and the model. On the same adapter the files come out byte for byte; ` +
      `these were built on ${built.adapter.description} (${built.adapter.host}, Ontoscope ${built.ontoscope}). Another adapter rounds otherwise, and training carries that on.`,
    '',
    ...table(
      ['file', 'bytes', 'SHA-256'],
      card.files.map(({ path, bytes, sha256 }) => [`\`${path}\``, formatCount(bytes), `\`${sha256}\``]),
    ),
  ].join('\n')}\n`;
}

function tallyTable(
  what: string,
  rows: ({ key: string; direction: ModelCard['baseline']['groups'][number]['direction'] } & Tally)[],
) {
  return table(
    ['direction', what, 'asked', 'known', 'latent', 'unknown'],
    rows.map(({ direction, key, facts, known, latent, unknown }) => [
      DIRECTION_LABEL[direction],
      key,
      facts,
      known,
      latent,
      unknown,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[], note?: string): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ...(note === undefined ? [] : ['', note])];
}
