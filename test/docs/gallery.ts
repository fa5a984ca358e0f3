/**
 * The made-up runs that the gallery shows, as bundles: a plausible one, one of two facts, one whose texts are hostile.
 *
 * Promises: the same bytes at every call.
 */
import { packBundle, runFile, runFileNames, type WholeRun } from '../../src/records';
import { plausibleRun } from '../fixtures/run/plausible-run';

/** Labels that break pages which take them for anything but text. */
export const HOSTILE_LABELS = [
  '<script>document.title = "broken"</script>',
  '<img src=x onerror="document.title=\'broken\'"> pain',
  '\u202Egnirts desrever\u202C and on',
  '\u2066isolated\u2069 \u200Fright-to-left mark',
  '👩🏽‍🚀🧬🏳️‍🌈 family of emoji 👨‍👩‍👧‍👦',
  'Z̷̢͖̾a̴̛͙l̷͖̐g̸͎̈o̵͙͝ with marks upon marks',
  'ataxia '.repeat(714).slice(0, 5000),
  'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(24),
  'عَدَم التَنْسيق',
  '共济失调',
  '{{term}} ${identifier} %s \\u0000',
  '   \t leading and trailing   ',
] as const;

function hostile<T extends { term: string; identifier: string }>(record: T): T {
  const index = Number(/(\d+)$/.exec(record.identifier)![1]) - 1;
  const term = HOSTILE_LABELS[index % HOSTILE_LABELS.length]!;
  return 'answer' in record ? { ...record, term, answer: term } : { ...record, term };
}

function bundleOf(run: WholeRun): Uint8Array {
  return packBundle(
    runFileNames(run).map((name) => runFile(run, name)),
    run.manifest,
  );
}

/** By their names beside the page. */
export function galleryBundles(): Record<string, Uint8Array> {
  const plausible = plausibleRun({ pairs: 12, epochs: 6 });
  const { facts, trials } = plausible;
  return {
    'plausible.zip': bundleOf(plausible),
    'two-facts.zip': bundleOf(plausibleRun({ pairs: 1, epochs: 1 })),
    'hostile.zip': bundleOf({ ...plausible, facts: facts.map(hostile), trials: trials.map(hostile) }),
  };
}
