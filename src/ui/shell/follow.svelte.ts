/**
 * The section follows what the person set going: a run begun, a run, study or world opened.
 *
 * Promises: nobody is taken away from a lesson or a comparison. To be made while a component is set up.
 */
import { untrack } from 'svelte';
import type { Lab } from '../../app/lab';
import type { SectionName } from '../../app/sections';

const STAYS: readonly SectionName[] = ['lessons', 'compare'];

export function followWork(lab: () => Lab): void {
  const { link, navigation, session, runs, studies, recordedStudies, world, pretraining } = $derived(lab());
  const busy = $derived(session.busy);
  /** A run that was asked for: not the one that comes back by itself, nor the recorded one. */
  const opened = $derived(runs.opened);

  const lead = (section: SectionName, item: string | null = null, also: readonly SectionName[] = []) =>
    untrack(() => {
      if (![...STAYS, ...also].includes(navigation.section)) navigation.go(section, item);
    });

  $effect(() => {
    if (busy) lead('run', null, ['results', 'run']);
  });
  $effect(() => {
    if (opened > 0) lead('results', null, ['run']);
  });
  $effect(() => {
    if (link.foreign?.from === 'link') lead('experiment', null, ['data', 'model', 'run']);
  });
  $effect(() => {
    if (studies.opened > 0) lead('results', 'study');
  });
  $effect(() => {
    if (recordedStudies.opened > 0) lead('results', 'recorded');
  });
  $effect(() => {
    if (world.opened + pretraining.opened > 0) lead('data', 'world');
  });
}
