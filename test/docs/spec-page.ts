/** docs/spec.md: every field of a spec, and the presets, from the tables that the program itself uses. */
import { bySection, listFields, SPEC_VERSION, type FieldInfo, type Preset, type SpecField } from '../../src/spec';

const TRAVELS = { link: 'yes', bundle: 'in bundles only', local: 'file name only' };

export function makeSpecPage(presets: readonly Preset[]): string {
  const sections = bySection<FieldInfo>(listFields()).flatMap(({ section, rows }) => [
    `## ${section.label}`,
    '',
    section.help,
    '',
    ...table(
      ['field', 'what it is', 'allowed', 'unit', 'default', 'in links'],
      rows.map((row) => [code(row.path), about(row), allowed(row), row.unit ?? '', standing(row), travels(row)]),
    ),
    '',
  ]);
  return [
    `# The experiment spec, version ${SPEC_VERSION}`,
    '',
    ...INTRODUCTION,
    '',
    ...sections,
    '## Presets',
    '',
    'Named parts of a spec, to be laid under a spec of one’s own: `ontoscope run SPEC --preset NAME`. Defaults lie at the',
    'bottom, then presets in the order given, then the spec; what comes later wins, field by field. Lists are taken whole.',
    '',
    ...table(
      ['preset', 'what it is'],
      presets.map(({ name, description }) => [code(name), description]),
    ),
    '',
  ].join('\n');
}

const INTRODUCTION = [
  '<!-- Written by npm run docs:spec. -->',
  '',
  'One JSON file says everything a run depends on. Only `specVersion`, `model` and `ontology` must be there; what is left out',
  'takes its default. Unknown fields and values out of range are refused with their place. Lists hold each value once. Editors check',
  'a file against [the published schema](../public/schemas/experiment-spec.v2.json), which is made from the same table as this',
  'page. Files of [version 1](../public/schemas/experiment-spec.v1.json) are read too; `ontoscope spec migrate FILE` rewrites them.',
  '',
  '```json',
  '{ "specVersion": 2, "model": { "path": "models/tiny" }, "ontology": { "path": "hp.obo" } }',
  '```',
  '',
  '```sh',
  'npx ontoscope spec show FILE     # every field filled in, and which are its own',
  'npx ontoscope spec diff A B      # files, runs, bundles or links',
  'npx ontoscope spec check FILE',
  'npx ontoscope spec fields --json # this page as data',
  '```',
  '',
  'A path of a spec file is relative to the file. `--set field=value` overrides any field. Of a local path, links and bundles say',
  'only the file’s name. The hash of a spec covers all of it but `$schema` and `description`; the identity of a run leaves out names,',
  'paths and `checkpoint` too and has the hashes of the files instead.',
];

function about({ label, help, when }: FieldInfo): string {
  return `**${label}.** ${help}${when === null ? '' : ` Where ${when.replace(/[\w-]+(\.[\w-]+)+/g, code)}.`}`;
}

function allowed({ allowed: words }: FieldInfo): string {
  return words.replace(/"([^"]*)"/g, code('$1'));
}

function standing({ default: fallback, required }: FieldInfo): string {
  if (fallback !== undefined) return code(JSON.stringify(fallback));
  return required ? 'must be given' : '';
}

function travels({ travel, path }: FieldInfo): string {
  return path === ('$schema' satisfies SpecField) ? 'no' : TRAVELS[travel];
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)];
}
