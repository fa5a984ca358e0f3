/**
 * Everything the page can do, as a list of commands to search: places, steering, appearance, inputs, every setting.
 *
 * Promises: a command that cannot be done now is not in the list. Must not know: how commands are shown or chosen.
 */
import { listFields } from '../spec/fields';
import type { Lab } from './lab';
import { SECTIONS } from './sections';
import { THEMES } from './settings.svelte';

export interface Command {
  id: string;
  group: 'Go to' | 'Run' | 'Look' | 'Open' | 'Preset' | 'Setting' | 'Help';
  title: string;
  detail: string;
  /** Keys that do the same, one after the other. */
  keys?: string;
  run: () => unknown;
}

export function commandsOf(lab: Lab): Command[] {
  return [...places(lab), ...steering(lab), ...looks(lab), ...things(lab), ...presets(lab), ...settings(lab)];
}

function places({ navigation, lessons }: Lab): Command[] {
  const sections = SECTIONS.map(({ name, title, purpose, letter }): Command => ({
    id: `go-${name}`,
    group: 'Go to',
    title,
    detail: purpose,
    keys: `g ${letter}`,
    run: () => navigation.go(name),
  }));
  const pages = lessons.list.map(({ name, title, question }): Command => ({
    id: `lesson-${name}`,
    group: 'Go to',
    title: `Lesson: ${title}`,
    detail: question,
    run: () => navigation.go('lessons', name),
  }));
  const glossary: Command = {
    id: 'glossary',
    group: 'Go to',
    title: 'Glossary',
    detail: 'The words of the laboratory',
    run: () => navigation.go('lessons', 'glossary'),
  };
  return [...sections, ...pages, glossary];
}

function steering({ session }: Lab): Command[] {
  const { phase, busy } = session;
  const all: (Command & { possible: boolean })[] = [
    {
      id: 'run',
      title: 'Run',
      detail: 'Begin the experiment',
      possible: !busy && session.blocked === null,
      run: () => session.run(),
    },
    {
      id: 'continue',
      title: 'Continue',
      detail: 'Go on with the run that was cut off',
      possible: session.canContinue,
      run: () => session.continueRun(),
    },
    {
      id: 'pause',
      title: 'Pause',
      detail: 'At the next safe point',
      keys: 'p',
      possible: phase === 'running',
      run: () => session.pause(),
    },
    { id: 'resume', title: 'Resume', detail: 'Go on', keys: 'p', possible: session.held, run: () => session.resume() },
    {
      id: 'step',
      title: 'Step',
      detail: 'One optimiser step, then a pause',
      keys: 's',
      possible: phase === 'paused',
      run: () => session.step(),
    },
    {
      id: 'cancel',
      title: 'Cancel',
      detail: 'End the run; what it recorded is kept',
      possible: busy && !session.stopping,
      run: () => session.cancel(),
    },
    {
      id: 'reset',
      title: 'Reset',
      detail: 'Back to before the run, with the same seed',
      possible: busy || session.runs.shown,
      run: () => session.reset(),
    },
    {
      id: 'new-seed',
      title: 'New seed',
      detail: 'Another draw of pairs, batches and samples',
      possible: !busy,
      run: () => session.newSeed(),
    },
  ].map((command) => ({ ...command, group: 'Run' }));
  return all.filter(({ possible }) => possible);
}

function looks({ settings, copyLink }: Lab): Command[] {
  const themes = THEMES.map((theme): Command => ({
    id: `theme-${theme}`,
    group: 'Look',
    title: theme === 'system' ? 'Theme of the system' : `${theme === 'light' ? 'Light' : 'Dark'} theme`,
    detail: settings.theme === theme ? 'chosen' : '',
    run: () => (settings.theme = theme),
  }));
  return [
    ...themes,
    {
      id: 'copy-link',
      group: 'Open',
      title: 'Copy a link to the settings',
      detail: 'The whole experiment in an address',
      run: () => copyLink(),
    },
  ];
}

function things({ session, models, inputs, bundled, recordedStudies, start, runs }: Lab): Command[] {
  const none: Command[] = [];
  if (!session.busy) {
    none.push(
      ...models.list.map((entry): Command => ({
        id: `model-${entry.name}`,
        group: 'Open',
        title: `Bundled model ${entry.title}`,
        detail: entry.description,
        run: () => models.choose(entry),
      })),
      ...bundled.list.map((entry): Command => ({
        id: `ontology-${entry.name}`,
        group: 'Open',
        title: entry.title,
        detail: entry.description,
        run: () => inputs.bundledOntology(entry),
      })),
      ...runs.kept.map(({ key, name }): Command => ({
        id: `kept-${key}`,
        group: 'Open',
        title: name,
        detail: 'Kept run',
        run: () => runs.open(key),
      })),
    );
    if (start.run)
      none.push({
        id: 'recorded-run',
        group: 'Open',
        title: start.run.title,
        detail: 'Recorded run',
        run: () => start.show(),
      });
  }
  const studies = recordedStudies.list.map((entry): Command => ({
    id: `study-${entry.name}`,
    group: 'Open',
    title: `Recorded study: ${entry.title}`,
    detail: entry.description,
    run: () => recordedStudies.open(entry),
  }));
  return [...none, ...studies];
}

function presets({ presets: store, session }: Lab): Command[] {
  if (session.busy) return [];
  return store.list.map(({ name, label, description }) => ({
    id: `preset-${name}`,
    group: 'Preset',
    title: label,
    detail: description,
    run: () => store.choose(name),
  }));
}

function settings({ navigation }: Lab): Command[] {
  // A field whose values depend on a variant stands several times.
  const fields = new Map(listFields().map((field) => [field.path, field]));
  return [...fields.values()].map(({ path, label, help }) => ({
    id: `setting-${path}`,
    group: 'Setting',
    title: label,
    detail: help,
    run: () => navigation.showControl(path),
  }));
}

/**
 * Commands that hold every word of the query, best first: those whose title begins with it, then whose words do, then
 * the rest, each in the list's order.
 */
export function searchCommands(commands: readonly Command[], query: string): Command[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands.filter(({ group }) => group !== 'Setting' && group !== 'Preset');
  const rank = ({ title, detail, group, id }: Command): number => {
    const name = plain(title);
    const all = `${name} ${plain(detail)} ${plain(group)} ${id}`;
    if (!words.every((word) => all.includes(word))) return Number.POSITIVE_INFINITY;
    if (name.startsWith(words.join(' '))) return 0;
    if (words.every((word) => ` ${name}`.includes(` ${word}`))) return 1;
    return words.every((word) => name.includes(word)) ? 2 : 3;
  };
  return commands
    .map((command, place) => ({ command, place, rank: rank(command) }))
    .filter(({ rank: found }) => Number.isFinite(found))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ command }) => command);
}

/** Without case and accents. */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
