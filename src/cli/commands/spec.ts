/** `ontoscope spec …`: specs compared, read, checked and brought up to date; what they may hold; presets. */
import { canonicalJson } from '../../core/json';
import {
  describeDifferences,
  describeOwnSettings,
  experimentIdentity,
  listFields,
  migrateSpec,
  migrationsOf,
  parseSpec,
  parseSpecJson,
  SPEC_VERSION,
  specHash,
} from '../../spec';
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { readNamedText } from '../node-folder';
import { PRESET_HELP, PRESET_OPTION, publishedPresets } from '../presets';
import { changeLines, fieldLines, migrationLines, presetLines, sourceLines, specLines } from '../spec-lines';
import { readSpecSource, type SpecSource } from '../spec-source';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const SPEC_HELP = `ontoscope spec ACTION [options]

  diff A B         in what two specs differ, field by field, with units
  show FILE        a spec with every default filled in, its hash, and which fields are its own
  check FILE       whether a spec is valid; what is wrong is said with its place
  migrate FILE     an older spec in today's form
  fields           every field: what it is, what it allows, its default
  presets          the presets and the fields they set

A, B and the FILE of show and check may be a spec, a run's folder, a bundle or a link.

${PRESET_HELP}
                   (show, check)
  --set a.b=value  overrides a field of the spec; may be given many times (show, check)
  --out FILE       where the migrated spec goes, instead of stdout (migrate)
  --force          replaces FILE (migrate)
  --json           one JSON document on stdout`;

const JSON_OPTION = { json: { type: 'boolean' } } as const;
const CHANGE_OPTIONS = { ...JSON_OPTION, ...PRESET_OPTION, set: { type: 'string', multiple: true } } as const;
const MIGRATE_OPTIONS = { ...JSON_OPTION, out: { type: 'string' }, force: { type: 'boolean' } } as const;

const ACTIONS = { diff, show, check, migrate, fields, presets };

export async function specCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = argv;
  const known = Object.keys(ACTIONS).join(', ');
  if (action === undefined) throw usageError(`spec needs an action: ${known}.`, 'spec');
  if (!Object.hasOwn(ACTIONS, action)) throw usageError(`spec cannot “${action}”; it can ${known}.`, 'spec');
  const { json, lines } = await ACTIONS[action as keyof typeof ACTIONS](rest);
  if (rest.includes('--json')) terminal.out(JSON.stringify(json, null, 2));
  else for (const line of lines) terminal.out(line);
  return 0;
}

interface Answer {
  json: unknown;
  lines: string[];
}

async function diff(argv: readonly string[]): Promise<Answer> {
  const { positionals } = parseCommand('spec', argv, JSON_OPTION);
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0) {
    throw usageError('spec diff takes two specs.', 'spec');
  }
  const [a, b] = [await readSpecSource(first), await readSpecSource(second)];
  const differences = describeDifferences(a.spec, b.spec);
  const sameSettings = canonicalJson(experimentIdentity(a.spec)) === canonicalJson(experimentIdentity(b.spec));
  const verdict =
    differences.length === 0
      ? 'They are the same.'
      : sameSettings
        ? 'They set up the same experiment, where their files hold the same.'
        : 'They set up different experiments.';
  return {
    json: { a: about(a), b: about(b), sameSettings, differences },
    lines: [...sourceLines('a  ', a), ...sourceLines('b  ', b), '', ...changeLines(differences), verdict],
  };
}

async function show(argv: readonly string[]): Promise<Answer> {
  const source = await readChanged(argv, 'show');
  const { spec } = source;
  return {
    json: { ...about(source), own: describeOwnSettings(spec).map(ownSetting), spec },
    lines: [...sourceLines('', source), `   spec hash ${specHash(spec)}`, ...specLines(spec), '', '* not the default'],
  };
}

async function check(argv: readonly string[]): Promise<Answer> {
  const source = await readChanged(argv, 'check');
  return {
    json: { ...about(source), valid: true },
    lines: [`${source.name}: a valid spec of version ${SPEC_VERSION}`, ...migrationLines(source.migrations)],
  };
}

async function migrate(argv: readonly string[]): Promise<Answer> {
  const { values, positionals } = parseCommand('spec', argv, MIGRATE_OPTIONS);
  const file = onlyArgument(positionals, 'a spec file', 'spec');
  const old = parseSpecJson((await readNamedText(file)).text, file);
  const spec = migrateSpec(old);
  parseSpec(spec, file);
  const migrations = migrationsOf(old);
  const text = JSON.stringify(spec, null, 2);
  if (values.out !== undefined) {
    if (!values.force) await refuseExisting(values.out);
    await replaceFile(values.out, `${text}\n`);
  }
  const steps = migrations.length > 0 ? migrationLines(migrations) : [`   is of version ${SPEC_VERSION} already`];
  return {
    json: { name: file, out: values.out ?? null, migrations, spec },
    lines: values.out === undefined ? [text] : [values.out, ...steps],
  };
}

function fields(argv: readonly string[]): Promise<Answer> {
  nothingElse(argv, 'fields');
  return Promise.resolve({ json: { specVersion: SPEC_VERSION, fields: listFields() }, lines: fieldLines() });
}

function presets(argv: readonly string[]): Promise<Answer> {
  nothingElse(argv, 'presets');
  const all = publishedPresets();
  return Promise.resolve({ json: { specVersion: SPEC_VERSION, presets: all }, lines: all.flatMap(presetLines) });
}

async function readChanged(argv: readonly string[], action: string): Promise<SpecSource> {
  const { values, positionals } = parseCommand('spec', argv, CHANGE_OPTIONS);
  const place = onlyArgument(positionals, `a spec to ${action}`, 'spec');
  return readSpecSource(place, { sets: values.set, presets: values.preset });
}

function nothingElse(argv: readonly string[], action: string): void {
  const { positionals } = parseCommand('spec', argv, JSON_OPTION);
  if (positionals.length > 0)
    throw usageError(`spec ${action} takes no file; “${positionals[0]}” is too much.`, 'spec');
}

function about({ name, kind, spec, migrations }: SpecSource) {
  return { name, kind, title: spec.name, specVersion: spec.specVersion, specHash: specHash(spec), migrations };
}

function ownSetting({ path, label, a, b }: ReturnType<typeof describeOwnSettings>[number]) {
  return { path, label, value: b.value, text: b.text, default: a.value };
}
