/**
 * A world from text or from an unknown value.
 *
 * Promises: a filled world whose parts agree with each other, or one LabError `world-invalid` that says for every wrong
 * field (up to five) what was found and what is allowed; `control` is the dotted path of the first.
 * Must not know: files; whether names are left for so many facts (that is known once they are made).
 */
import * as v from 'valibot';
import { applyOverrides } from './overrides';
import { parseSpecJson } from './parse';
import { found, invalidDocument, strayField, versionProblems, wrongValue, type Problem } from './problems';
import { isObject, objectShape } from './shape';
import { WORLD_VERSION, worldHash, worldSchema, type WorldGroup, type WorldSpec } from './world';

export function parseWorld(source: unknown, sourceName: string): WorldSpec {
  const value = typeof source === 'string' ? parseSpecJson(source, sourceName, 'world-invalid') : source;
  if (!isObject(value)) {
    const hint = `A world starts like {"worldVersion": ${WORLD_VERSION}, "groups": [{"name": "facts", "source": {"kind": "synthetic", "count": 60}}]}.`;
    throw invalidDocument('world-invalid', sourceName, [
      { path: '', text: `found ${found(value)}, allowed: a JSON object`, hint },
    ]);
  }
  const otherVersion = versionProblems('world', 'worldVersion', value, WORLD_VERSION);
  if (otherVersion.length > 0) throw invalidDocument('world-invalid', sourceName, otherVersion);
  const { world, problems } = checkWorld(value);
  if (world === null) throw invalidDocument('world-invalid', sourceName, problems);
  return world;
}

/** A world of this version, filled, or all that is wrong with it. */
export function checkWorld(
  value: Record<string, unknown>,
): { world: WorldSpec; problems: [] } | { world: null; problems: Problem[] } {
  const result = v.safeParse(worldSchema, value);
  if (!result.success) return { world: null, problems: problemsOf(result.issues, value) };
  const problems = [...lostNames(value, []), ...disagreements(result.output)];
  return problems.length > 0 ? { world: null, problems } : { world: result.output, problems: [] };
}

const SHAPE = objectShape(worldSchema);

/** A world as it was written, with assignments as `--set` gives them: still to be parsed. */
export function assignWorld(written: unknown, assignments: readonly string[]): unknown {
  return applyOverrides(written, assignments, SHAPE);
}

/** Names that every object has (`__proto__`, `constructor`) are taken for known ones in reading. */
function lostNames(value: unknown, path: readonly string[]): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const field = [...path, name];
    if (!(name in Object.prototype)) return lostNames(member, field);
    return [{ path: field.join('.'), text: 'no such field', hint: `Remove ${field.join('.')}.` }];
  });
}

/** What no single field can tell. */
function disagreements(world: WorldSpec): Problem[] {
  const { groups, sentences, twin, hash } = world;
  const problems = groups.flatMap((group, i) => groupProblems(group, `groups.${i}`));
  const names = groups.map(({ name }) => name);
  // Files are named by groups, and not every disk tells letter case apart.
  const folded = names.map((name) => name.toLowerCase());
  for (const [i, name] of names.entries()) {
    const first = folded.indexOf(folded[i]!);
    if (first === i) continue;
    const text = `found ${JSON.stringify(name)}, which is groups.${first}, too`;
    problems.push({ path: `groups.${i}.name`, text, hint: 'Give each group a name of its own.' });
  }
  if (sentences.set === 'custom' && sentences.custom === null) {
    const hint = 'Write your sentences there, or choose a set.';
    problems.push({ path: 'sentences.custom', text: 'found null, but sentences.set is "custom"', hint });
  }
  if (twin.kind !== 'whole') {
    for (const [i, name] of (twin.groups ?? []).entries()) {
      if (names.includes(name)) continue;
      const text = `found ${JSON.stringify(name)}, allowed: a group of this world: ${names.join(', ')}`;
      problems.push({ path: `twin.groups.${i}`, text, hint: 'Name a group, or set twin.groups to null for all.' });
    }
  }
  if (hash !== undefined && hash !== worldHash(world)) {
    const text = `found ${hash.slice(0, 12)}…, but the world’s hash is ${worldHash(world).slice(0, 12)}…`;
    problems.push({ path: 'hash', text, hint: 'The world was changed after it was written: remove "hash".' });
  }
  return problems;
}

function groupProblems({ source, exposures, window }: WorldGroup, path: string): Problem[] {
  const problems: Problem[] = [];
  if (window.from >= window.to) {
    const text = `found ${window.from} to ${window.to}, allowed: "from" below "to"`;
    problems.push({ path: `${path}.window`, text, hint: 'Give the window some length, for instance 0.8 to 1.' });
  }
  if (exposures.kind !== 'buckets') return problems;
  const { sizes, facts } = exposures;
  const twice = sizes.find((size, i) => sizes.indexOf(size) !== i);
  if (twice !== undefined) {
    const hint = 'Name each number of exposures once; exposures.facts says how many facts have it.';
    problems.push({ path: `${path}.exposures.sizes`, text: `found ${twice} more than once`, hint });
  }
  if (facts !== null && facts.length !== sizes.length) {
    const text = `found ${facts.length} numbers for ${sizes.length} buckets`;
    problems.push({ path: `${path}.exposures.facts`, text, hint: 'Give one number of facts for each bucket.' });
  }
  const sum = facts?.reduce((total, each) => total + each, 0);
  if (sum !== undefined && source.count !== null && sum !== source.count) {
    const text = `found ${sum} facts together, but ${path}.source.count is ${source.count}`;
    problems.push({ path: `${path}.exposures.facts`, text, hint: 'Make both numbers the same.' });
  }
  return problems;
}

/** Fields that do not exist come first: what is missing may stand there under a wrong name. */
function problemsOf(issues: readonly v.BaseIssue<unknown>[], world: unknown): Problem[] {
  const unknown = (issue: v.BaseIssue<unknown>) => Number(issue.type === 'strict_object' && issue.expected === 'never');
  return issues.toSorted((a, b) => unknown(b) - unknown(a)).map((issue) => describe(issue, world));
}

function describe(issue: v.BaseIssue<unknown>, world: unknown): Problem {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const field = path.join('.');
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return strayField(path, fieldNames(path.slice(0, -1), world));
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    return { path: field, text: 'found nothing, but the field is needed', hint: `Add ${field}.` };
  }
  return wrongValue(issue, path, 'the world', 'docs/worlds.md');
}

/** The parts of a valibot schema that are read here. */
interface Node {
  entries?: Record<string, Node>;
  wrapped?: Node;
  item?: Node;
  key?: string;
  options?: readonly Node[];
  literal?: unknown;
}

/** Names of the fields at a path, of the variant that the value there chooses. */
function fieldNames(path: readonly string[], world: unknown): string[] {
  let node = worldSchema as unknown as Node;
  let value = world;
  const settle = () => {
    for (;;) {
      const { wrapped, key, options } = node;
      if (wrapped) node = wrapped;
      else if (key !== undefined && options && isObject(value)) {
        const chosen = value[key];
        node = options.find((option) => option.entries?.[key]?.literal === chosen) ?? {};
      } else return;
    }
  };
  for (const name of path) {
    settle();
    node = node.entries?.[name] ?? node.item ?? {};
    value = (value as Record<string, unknown>)[name];
  }
  settle();
  return Object.keys(node.entries ?? {});
}
