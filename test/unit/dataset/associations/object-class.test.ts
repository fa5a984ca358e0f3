/** Classes from names. */
import { expect, it } from 'vitest';
import { headNoun } from '../../../../src/dataset/associations';

it('a class is the head of the name, in the singular', () => {
  const classes = [
    ['Breast Neoplasms', 'neoplasm'],
    ['Anemia, Sickle Cell', 'anemia'],
    ['Diabetic Nephropathies', 'nephropathy'],
    ['Noonan syndrome 1', 'syndrome'],
    ['Charcot-Marie-Tooth disease type 2A', 'disease'],
    ['Dermatitis', 'dermatitis'],
    ['Status Epilepticus', 'epilepticus'],
    ['Abscess', 'abscess'],
    ['46, XY', null],
  ] as const;
  for (const [label, expected] of classes) expect([label, headNoun({ label })]).toEqual([label, expected]);
});
