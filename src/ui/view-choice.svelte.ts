/**
 * Which of the views is on show on the right: those there is something in, the newest first asked for.
 *
 * To be made while a component is set up.
 */
import type { Lab } from '../app/lab';

export type View = 'data' | 'results' | 'study' | 'recorded' | 'world';

export class ViewChoice {
  wanted = $state<View>('results');
  readonly #lab: () => Lab;

  constructor(lab: () => Lab) {
    this.#lab = lab;
    const busy = $derived(lab().session.busy);
    $effect(() => {
      if (busy) this.wanted = 'results';
    });
    $effect(() => {
      if (lab().studies.opened > 0) this.wanted = 'study';
    });
    $effect(() => {
      if (lab().recordedStudies.opened > 0) this.wanted = 'recorded';
    });
    $effect(() => {
      if (lab().world.opened + lab().pretraining.opened > 0) this.wanted = 'world';
    });
  }

  /** There is a run to look at. */
  get hasResults(): boolean {
    const { runs, session } = this.#lab();
    return runs.shown || session.busy;
  }

  get views(): { value: View; label: string }[] {
    const { session, studies, recordedStudies, world, pretraining } = this.#lab();
    return [
      { value: 'data' as const, label: 'Data', there: session.ontology !== null },
      { value: 'results' as const, label: 'Results', there: this.hasResults },
      { value: 'study' as const, label: 'Study', there: studies.state !== null },
      { value: 'recorded' as const, label: 'Recorded study', there: recordedStudies.shown !== null },
      { value: 'world' as const, label: 'World', there: world.draft !== null || pretraining.key !== null },
    ].filter(({ there }) => there);
  }

  get shown(): View | null {
    return this.views.find(({ value }) => value === this.wanted)?.value ?? this.views[0]?.value ?? null;
  }
}
