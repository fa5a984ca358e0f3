import { describe, expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { pairsChoice } from '../../src/app/exports';
import { RunStore } from '../../src/app/runs.svelte';
import { openBundle, packBundle, runFile, runFileNames, type PairTexts } from '../../src/records';
import Downloads from '../../src/ui/views/Downloads.svelte';
import TrialTable from '../../src/ui/views/TrialTable.svelte';
import { plausibleRun } from '../fixtures/run/plausible-run';

const run = plausibleRun({ pairs: 4, epochs: 2 });
const withLicence = (licence: string | null) => ({ ...run.manifest, ontology: { ...run.manifest.ontology, licence } });

async function downloads(licence: string | null) {
  const onzip = vi.fn<(pairs: PairTexts) => Promise<void>>(() => Promise.resolve());
  const pairs = pairsChoice(withLicence(licence));
  const screen = await render(Downloads, { files: [], pairs, onfile: () => Promise.resolve(), onzip });
  return { screen, onzip, zip: screen.getByRole('button', { name: /Everything as a bundle/ }) };
}

describe('the bundle of a run', () => {
  it('takes names along where the licence lets it, and leaves them out when told to', async () => {
    const { screen, onzip, zip } = await downloads('CC BY 4.0');
    await expect
      .element(screen.getByText(/Licence of fixture.obo: CC BY 4.0 \(Creative Commons Attribution/))
      .toBeVisible();
    await zip.click();
    await screen.getByRole('radio', { name: 'are left out' }).click({ force: true });
    await expect.element(screen.getByText(/A hash stands for each pair/)).toBeVisible();
    await zip.click();
    expect(onzip.mock.calls).toEqual([['kept'], ['left-out']]);
  });

  it('leaves them out on its own where the licence forbids copies, unless told to take them', async () => {
    const { screen, onzip, zip } = await downloads('https://hpo.jax.org/app/license');
    await zip.click();
    await screen.getByRole('radio', { name: 'go along' }).click({ force: true });
    await zip.click();
    expect(onzip.mock.calls).toEqual([['left-out'], ['kept']]);
  });
});

describe('a run without the names of its ontology', () => {
  const files = runFileNames(run).map((name) => runFile(run, name));
  const { bundle } = openBundle(packBundle(files, run.manifest, 'left-out'));
  const none = () => Promise.reject(new Error('not asked'));
  const opened = () => {
    const runs = new RunStore({ list: none, load: none, hasCheckpoint: none });
    runs.showFile('file-1', 'x.zip', { ...bundle, adapters: [], files: [] });
    return runs;
  };

  it('says “left out” in the table, and shows names that were put back without changing the run', async () => {
    const runs = opened();
    expect(runs.leftOut).toBe(true);
    const before = await render(TrialTable, { trials: runs.trialsOnShow, template: 'held-out', leftOut: true });
    const first = () => [...before.container.querySelectorAll('tbody tr')].map((row) => row.textContent);
    expect(first().every((row) => /\(left out\).*pair-[0-9a-f]{16}/s.test(row))).toBe(true);
    const names = bundle.facts.map(({ identifier }, index) => {
      const { identifier: own, term } = run.facts[index]!;
      return { name: identifier, identifier: own, term };
    });
    runs.putBack(names);
    expect(runs.trialsOnShow.map(({ term, identifier }) => [term, identifier])).toEqual(
      run.trials.map(({ term, identifier }) => [term, identifier]),
    );
    expect(runs.trials).toEqual(bundle.trials);
    await before.rerender({ trials: runs.trialsOnShow, template: 'held-out', leftOut: true });
    expect(first().every((row) => /XX:\d{7}/.test(row) && row.includes('(left out)'))).toBe(true);
  });

  it('is forgotten with the texts that were put back into another', () => {
    const runs = opened();
    runs.putBack([{ name: 'pair-0', identifier: 'a', term: 'b' }]);
    runs.clear();
    expect(runs.texts).toBeNull();
    expect(runs.leftOut).toBe(false);
  });
});
