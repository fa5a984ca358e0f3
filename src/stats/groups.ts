/** Rows by group. Must not know: what the rows hold. */
import { badInput } from './checks';

/** Groups in order of first appearance, each with its rows. Throws `stats-input` unless there is one name per row. */
export function groupsOf<G extends string | number>(
  method: string,
  group: ArrayLike<G>,
  rows: number,
): { group: G; rows: number[] }[] {
  if (group.length !== rows) {
    throw badInput(method, `${rows} rows have ${group.length} group names`, 'Give one per row.');
  }
  const members = new Map<G, number[]>();
  for (let i = 0; i < rows; i++) {
    const known = members.get(group[i]!);
    if (known) known.push(i);
    else members.set(group[i]!, [i]);
  }
  return [...members].map(([name, indices]) => ({ group: name, rows: indices }));
}
