/** Specs, differences, fields and presets as lines of a terminal. Pure. */
import {
  bySection,
  describeOwnSettings,
  describeSpec,
  listFields,
  specHash,
  type ExperimentSpec,
  type FieldInfo,
  type Migration,
  type Preset,
  type SpecChange,
  type SpecValue,
} from '../spec';
import type { SpecSource } from './spec-source';

const HASH_SHOWN = 12;

/** What a spec is called, where it stands, which it is. */
export function sourceLines(mark: string, { name, spec, migrations }: SpecSource): string[] {
  return [
    `${mark}${name}  ${JSON.stringify(spec.name)}  ${specHash(spec).slice(0, HASH_SHOWN)}`,
    ...migrationLines(migrations),
  ];
}

export function migrationLines(migrations: readonly Migration[]): string[] {
  return migrations.flatMap(({ from, to, changes }) => [
    `   migrated from version ${from} to ${to}:`,
    ...changes.map((change) => `   - ${change}`),
  ]);
}

export function changeLines(changes: readonly SpecChange[]): string[] {
  return aligned(changes.map(({ path, label, a, b }) => [path, `${label}: ${side(a)} → ${side(b)}`]));
}

/** Every field of a spec, section by section, those of its own with a star. */
export function specLines(spec: ExperimentSpec): string[] {
  const own = describeOwnSettings(spec).map(({ path }) => path);
  const isOwn = (path: string) => own.some((changed) => path === changed || path.startsWith(`${changed}.`));
  return bySection(describeSpec(spec)).flatMap(({ section, rows }) => [
    '',
    section.label,
    ...aligned(rows.map(({ path, label, text }) => [`${isOwn(path) ? '*' : ' '} ${path}`, `${label}: ${text}`])),
  ]);
}

export function fieldLines(): string[] {
  return bySection(listFields()).flatMap(({ section, rows }) => [
    '',
    `${section.label}: ${section.help}`,
    ...rows.flatMap((field) => [`  ${field.path}  ${rangeOf(field)}`, `      ${field.label}: ${field.help}`]),
  ]);
}

function rangeOf({ allowed, unit, required, when, default: fallback }: FieldInfo): string {
  const standing =
    fallback === undefined ? (required ? 'must be given' : 'may be left out') : `default ${JSON.stringify(fallback)}`;
  return `${allowed}${unit === null ? '' : ` (${unit})`}; ${standing}${when === null ? '' : `; where ${when}`}`;
}

export function presetLines({ name, description, sets }: Preset): string[] {
  return [name, `  ${description}`, ...leaves(sets, '').map(([path, value]) => `    ${path}=${valueOf(value)}`), ''];
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, path === '' ? name : `${path}.${name}`));
}

/** As `--set` takes it. */
function valueOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function side({ text, isDefault }: SpecValue): string {
  return isDefault ? `${text} (default)` : text;
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${first.padEnd(width)}  ${second}`);
}
