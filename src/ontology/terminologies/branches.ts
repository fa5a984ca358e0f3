/**
 * Branches of a hierarchy: which term below the roots each term belongs to.
 *
 * Promises: follows first parents, passing by roots while another parent is there, so each term has one branch; a cycle
 * gives null. Cost: linear in terms, whatever the depth.
 * Must not know: any one terminology.
 */
import type { Ontology, Term } from '../types';

export class Hierarchy {
  readonly #live = new Map<string, Term>();
  readonly #above: Set<string>;
  readonly #branches = new Map<string, string | null>();
  /** False for a flat list: then there are no branches. */
  readonly hasParents: boolean;

  /** `above`: terms whose children are the branches. The file's own roots are added to them. */
  constructor(ontology: Ontology, above: readonly string[]) {
    for (const term of ontology.terms) if (!term.obsolete) this.#live.set(term.id, term);
    this.#above = new Set([...above.filter((id) => this.#live.has(id)), ...ontology.roots]);
    this.hasParents = [...this.#live.values()].some((term) => this.#parents(term).length > 0);
  }

  /** Id of the branch; a term above the branches is its own. Null in a flat list or a cycle. */
  branchOf(term: Term): string | null {
    if (!this.hasParents) return null;
    const path: string[] = [];
    const onPath = new Set<string>();
    let at = term;
    let branch: string | null = null;
    for (;;) {
      const known = this.#branches.get(at.id);
      if (known !== undefined) {
        branch = known;
        break;
      }
      if (onPath.has(at.id)) break;
      path.push(at.id);
      onPath.add(at.id);
      const next = this.#above.has(at.id) ? undefined : this.#parents(at).find(({ id }) => !this.#above.has(id));
      if (next === undefined) {
        branch = at.id;
        break;
      }
      at = next;
    }
    for (const id of path) this.#branches.set(id, branch);
    return branch;
  }

  /** True if the path of first parents leads through `root`. */
  isBelow(term: Term, root: string): boolean {
    const seen = new Set<string>();
    for (let at: Term | undefined = term; at !== undefined && !seen.has(at.id); at = this.#parents(at)[0]) {
      if (at.id === root) return true;
      seen.add(at.id);
    }
    return false;
  }

  #parents(term: Term): Term[] {
    return term.parents.flatMap((id) => this.#live.get(id) ?? []);
  }
}
