/** Rows by group. Must not know: what the rows hold. */
import { badInput } from './checks';

/** Groups in order of first appearance, each with its rows. Throws `stats-input` for rows without a name. */
export function groupsOf<G extends string | number>(
  method: string,
  group: ArrayLike<G>,
  rows: number,
  what = 'group',
): { group: G; rows: number[] }[] {
  if (group.length !== rows) {
    throw badInput(method, `${rows} rows have ${group.length} ${what} names`, 'Give one per row.');
  }
  const members = new Map<G, number[]>();
  for (let i = 0; i < rows; i++) {
    const name: unknown = group[i];
    if (name === undefined || name === null || Number.isNaN(name)) {
      throw badInput(method, `row ${i + 1}: the ${what} is ${String(name)}`, `Remove the row, or give it a ${what}.`);
    }
    const known = members.get(group[i]!);
    if (known) known.push(i);
    else members.set(group[i]!, [i]);
  }
  return [...members].map(([name, indices]) => ({ group: name, rows: indices }));
}
