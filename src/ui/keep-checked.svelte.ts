/**
 * What follows the inputs by itself: the preview of the draw, the plan of the run, the plan of the study, and that the
 * recorded run makes room for them.
 *
 * Promises: each is made anew once what it depends on rests; nothing is checked while a run goes on.
 */
import { untrack } from 'svelte';
import type { Lab } from '../app/lab';
import { canonicalJson } from '../core/json';

const CHECK_AFTER_MS = 400;
/** A look at a world is quick: it follows the dials. */
const LOOK_AFTER_MS = 120;

/** To be called while a component is set up. */
export function keepChecked(lab: () => Lab): void {
  const { session, spec, history, data, studies, start, world, pretrainConfig, pretraining } = $derived(lab());
  // Derived, so that effects follow the answers, not every phase that gives the same one.
  const busy = $derived(session.busy);
  const studyBusy = $derived(studies.busy);

  /** `_on`: what the work depends on, read so that the effect follows it. */
  const soon = (_on: readonly unknown[], work: () => Promise<void>, afterMs = CHECK_AFTER_MS) => {
    const timer = setTimeout(() => void work(), afterMs);
    return () => clearTimeout(timer);
  };

  // Whatever changes a setting can be undone; tables are chosen for settings.
  $effect(() => {
    const now = spec.snapshot();
    void session.covariates;
    untrack(() => history.note(now, performance.now()));
  });

  // What a reading of the file depends on: the file itself and the columns of a table.
  $effect(() => {
    const { termColumn, identifierColumn, synonymColumn } = spec.draft.ontology;
    void data.look(session.ontology, {
      termColumn,
      identifierColumn,
      ...(synonymColumn === null ? {} : { synonymColumn }),
    });
  });

  $effect(() => {
    if (busy) return undefined;
    const inputs = session.dataInputs;
    return soon([], () => data.preview(inputs));
  });

  $effect(() => {
    const { model, ontology, counts, covariates, texts } = session;
    const on = [model, ontology, counts, covariates, texts, busy, canonicalJson(spec.valid)];
    return soon(on, () => session.check());
  });

  $effect(() => {
    return soon([studies.opened, studies.files, busy, studyBusy, session.occupied], () => studies.plan());
  });

  $effect(() => {
    if (world.inputs === null) return undefined;
    return soon([], () => world.preview(), LOOK_AFTER_MS);
  });

  // The world is made by then: what is too large for that is planned when it is asked for.
  $effect(() => {
    const inputs = world.counts === null || !world.current ? null : world.inputs;
    if (pretraining.busy) return undefined;
    return soon([pretrainConfig.valid], () => pretrainConfig.makePlan(inputs));
  });

  $effect(() => {
    if (start.claimed) untrack(() => start.yield());
  });
}
