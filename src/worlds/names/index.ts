/** The registry of name styles: a new one is one file, one line here and its name in the world's schema. */
import type { NameStyleName, SyntheticSource } from '../../spec';
import { codeNames, letterNames } from './codes';
import { finding } from './finding';
import { protein } from './protein';
import type { NameStyle } from './types';

type Names = SyntheticSource['names'];

const STYLES: { [S in NameStyleName]: (names: Extract<Names, { style: S }>) => NameStyle } = {
  finding: () => finding,
  protein: () => protein,
  code: ({ prefix }) => codeNames(prefix),
  letters: () => letterNames,
};

export function nameStyle(names: Names): NameStyle {
  return (STYLES[names.style] as (names: Names) => NameStyle)(names);
}

export type { NameStyle } from './types';
