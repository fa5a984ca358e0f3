/**
 * The sections of the laboratory, in their order, and which of them holds the control of a setting. Pure.
 *
 * Promises: every control has a section. Must not know: components.
 */
export interface SectionInfo {
  name: string;
  title: string;
  /** What one does there, in a line. */
  purpose: string;
  /** The letter that leads there after `g`. */
  letter: string;
}

export const SECTIONS = [
  { name: 'start', title: 'Start', purpose: 'A recorded run, and one button that runs it live', letter: 's' },
  { name: 'data', title: 'Data', purpose: 'The ontology, the draw of pairs, the questions; worlds', letter: 'd' },
  { name: 'model', title: 'Model', purpose: 'The model, and the device it runs on', letter: 'm' },
  { name: 'experiment', title: 'Experiment', purpose: 'Settings, presets, plan; studies over grids', letter: 'e' },
  { name: 'run', title: 'Run', purpose: 'A run as it goes: losses, accuracy, every fact', letter: 'r' },
  { name: 'results', title: 'Results', purpose: 'What was known, learned, generalized, forgotten', letter: 'v' },
  { name: 'compare', title: 'Compare', purpose: 'Two to six runs beside each other', letter: 'c' },
  { name: 'lessons', title: 'Lessons', purpose: 'Six ideas, each with a small experiment', letter: 'l' },
  { name: 'storage', title: 'Storage', purpose: 'What this browser keeps, and the room it takes', letter: 't' },
  { name: 'gallery', title: 'Gallery', purpose: 'Every widget and chart on made-up data', letter: 'g' },
] as const satisfies readonly SectionInfo[];

export type SectionName = (typeof SECTIONS)[number]['name'];

export function isSection(name: string): name is SectionName {
  return SECTIONS.some((section) => section.name === name);
}

/** Where a control stands: a section, or a part of one. */
export interface ControlPlace {
  section: SectionName;
  item: string | null;
}

const PLACES: readonly [prefix: string, section: SectionName, item: string | null][] = [
  ['world', 'data', 'world'],
  ['pretrain', 'data', 'world'],
  ['ontology.path', 'data', null],
  // Columns of the counts are settings; their file is chosen with the data.
  ['ontology.counts.identifierColumn', 'experiment', null],
  ['ontology.counts.countColumn', 'experiment', null],
  ['ontology.counts', 'data', null],
  ['ontology.covariates', 'data', null],
  ['retention.rehearsal.path', 'data', null],
  ['evaluation.probes.canaries.path', 'data', null],
  ['evaluation.probes.languageLoss.path', 'data', null],
  ['model.path', 'model', null],
  ['model.reference', 'model', null],
  ['device', 'model', null],
  ['models', 'storage', null],
  ['storage', 'storage', null],
];

/** @param control dotted path of a setting, or the name of a place on the page */
export function placeOf(control: string): ControlPlace {
  for (const [prefix, section, item] of PLACES) {
    if (control === prefix || control.startsWith(`${prefix}.`)) return { section, item };
  }
  return { section: 'experiment', item: null };
}
