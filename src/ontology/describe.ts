/**
 * What a source holds, in words: the same lines for the terminal and the page.
 *
 * Must not know: how either of them lays lines out.
 */
import type { SourceSummary } from './summary';

export interface SourceFact {
  name: string;
  value: string;
}

type Row = [name: string, value: string];

const SHOWN_IDS = 5;
const formatCount = (count: number) => count.toLocaleString('en-US');

/** In the order to show them; a further line of one fact has an empty name. */
export function sourceFacts(summary: SourceSummary): SourceFact[] {
  return content(summary).map(([name, value]) => ({ name, value }));
}

function content(summary: SourceSummary): Row[] {
  switch (summary.kind) {
    case 'ontology': {
      const { terms, live, obsolete, byNamespace, roots, danglingParents, duplicateLabels } = summary;
      const namespaces = Object.entries(byNamespace).filter(([name]) => name !== '');
      const twice = duplicateLabels.examples[0];
      return [
        ['terms', `${formatCount(terms)} (${formatCount(live)} live, ${formatCount(obsolete)} obsolete)`],
        ...namespaces.map(([name, count]): Row => ['', `${formatCount(count)} ${name}`]),
        ['roots', shownIds(roots, roots.length)],
        ['dangling', `${shownIds(danglingParents.ids, danglingParents.count)} (parents that the file does not hold)`],
        ['synonyms', formatCount(summary.synonyms)],
        ['defined', `${formatCount(summary.withDefinition)} live terms have a definition`],
        ['xrefs', `${formatCount(summary.withXrefs)} live terms have cross-references`],
        [
          'same label',
          `${formatCount(duplicateLabels.count)} live terms share their label with another` +
            (twice ? `, such as “${twice.label}”: ${shownIds(twice.ids, twice.ids.length)}` : ''),
        ],
      ];
    }
    case 'annotations':
      return [
        ['rows', `${formatCount(summary.rows)} (${formatCount(summary.denied)} left out: they deny the annotation)`],
        ['identifiers', formatCount(summary.identifiers)],
        ['counts', `${formatCount(summary.total)} in all, of ${summary.unit}`],
      ];
    case 'associations':
      return [
        ['rows', formatCount(summary.rows)],
        [`${summary.subject}s`, formatCount(summary.subjects)],
        [`${summary.object}s`, formatCount(summary.objects)],
      ];
    case 'mappings':
      return [
        ['rows', formatCount(summary.rows)],
        ['subjects', formatCount(summary.subjects)],
        ['objects', formatCount(summary.objects)],
        ...Object.entries(summary.byPredicate).map(([name, count]): Row => ['', `${formatCount(count)} ${name}`]),
      ];
  }
}

function shownIds(ids: readonly string[], count: number): string {
  if (count === 0) return 'none';
  return ids.slice(0, SHOWN_IDS).join(', ') + (count > SHOWN_IDS ? ` … ${formatCount(count)} in all` : '');
}
