#!/usr/bin/env node
/**
 * Makes public/ontologies from published files: `node bin/build-ontologies.js SOURCE_DIR [OUT_DIR]`.
 *
 * SOURCE_DIR holds go_cc_subset.obo, go_cc_annotation_counts.tsv and hgnc_full_from_ncbi_gene_info_2022-11.tsv.
 * Promises: only Node's own modules, no network, no clock, no chance: the same sources give the same bytes. Every
 * change to a source is stated in the file, in index.json and in README.md, as CC BY 4.0 asks.
 * Must not know: how the lab reads what is written here; a test reads it with the lab's own readers.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const GENES = 1000;
/** Part of the key that genes are ordered by: another word gives another draw. */
const DRAW = 'ontoscope gene-names 1';
const SYMBOL = /^[A-Z][A-Z0-9]*(orf[0-9]+[A-Z0-9]*)?([-_][A-Z0-9]+(orf[0-9]+[A-Z0-9]*)?)*$/;
const CC_BY = 'https://creativecommons.org/licenses/by/4.0/';
const GO_ATTRIBUTION =
  'Gene Ontology data from the Gene Ontology Consortium (https://geneontology.org), CC BY 4.0. ' +
  'Ashburner et al., Nature Genetics 25 (2000) 25; Gene Ontology Consortium, Genetics 224 (2023) iyad031.';
const GO_CHANGES =
  'Subset of 1,000 cellular-component terms, changed: hierarchy and synonyms of the release of 2015-07-17 (by way of ' +
  'ModSBML), names of 2024-06 (by way of Unipept) with the older name kept as a related synonym; obsolete and merged ' +
  'terms dropped and their children attached to the nearest remaining ancestor; no definitions, no cross-references.';
const COUNTS_CHANGES =
  'Counted per term by D. Himmelstein (dhimmel/gene-ontology), restricted to the terms of go-cc.obo; a term that is not ' +
  'listed has no such annotation in that snapshot.';
const GENE_ATTRIBUTION =
  'Human gene names and symbols from NCBI Gene (gene_info, National Library of Medicine, public domain), as approved by ' +
  'the HUGO Gene Nomenclature Committee (CC0). Seal et al., Nucleic Acids Research 51 (2023) D1003.';
const GENE_CHANGES =
  `${GENES} of the protein-coding genes that have an HGNC identifier and a name other than their symbol: each first letter ` +
  'gets its share by largest remainders; within a letter the genes with the smallest SHA-256 of ' +
  `"${DRAW}:SYMBOL" are taken. No measure of fame enters the draw.`;

const [sourceFolder, outFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../public/ontologies')] =
  process.argv.slice(2);

/** @param {string} problem @returns {never} */
function stop(problem) {
  console.error(problem);
  process.exit(1);
}

/** @param {string} name */
function source(name) {
  const file = path.join(sourceFolder ?? '', name);
  if (!existsSync(file))
    stop(`${file} is missing. Name the folder that holds it: node bin/build-ontologies.js SOURCE_DIR`);
  return readFileSync(file, 'utf8').replace(/\r\n/g, '\n');
}

/** @param {string | Buffer} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/** Writes a file and says what it is for the index. @param {string} name @param {string} text */
function write(name, text) {
  mkdirSync(outFolder, { recursive: true });
  const bytes = Buffer.from(text, 'utf8');
  writeFileSync(path.join(outFolder, name), bytes);
  return { path: name, bytes: bytes.length, sha256: sha256(bytes) };
}

/** Rows of a table with a header, by column name. @param {string} text @returns {Record<string, string>[]} */
function rows(text) {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

/** The stanzas of the source under a header of our own. */
function buildGo() {
  const [, ...stanzas] = source('go_cc_subset.obo')
    .trimEnd()
    .split(/\n\n+(?=\[)/);
  const terms = stanzas.filter((stanza) => stanza.startsWith('[Term]'));
  const ids = new Set(
    terms.map((stanza) => /^id: (\S+)/m.exec(stanza)?.[1] ?? stop('A term of the source has no id.')),
  );
  const header = [
    'format-version: 1.2',
    'data-version: 2015-07-17, names of 2024-06',
    'default-namespace: cellular_component',
    'ontology: go-cc',
    `property_value: http://purl.org/dc/terms/license ${CC_BY}`,
    `remark: ${GO_ATTRIBUTION}`,
    `remark: ${GO_CHANGES}`,
  ];
  const text = [header.join('\n'), ...stanzas].join('\n\n') + '\n';
  return { file: write('go-cc.obo', text), ids };
}

/** @param {Set<string>} ids */
function buildCounts(ids) {
  const counted = rows(source('go_cc_annotation_counts.tsv'))
    .filter((row) => ids.has(row.go_id ?? ''))
    .sort((a, b) => ((a.go_id ?? '') < (b.go_id ?? '') ? -1 : 1));
  const lines = [
    `# Human genes per term by direct experimental annotation, Gene Ontology Consortium, 2018, ${CC_BY}. ${COUNTS_CHANGES}`,
    'go_id\tgenes',
    ...counted.map((row) => `${row.go_id}\t${row.n_genes}`),
  ];
  return { file: write('go-cc-counts.tsv', lines.join('\n') + '\n'), identifiers: counted.length };
}

/** Numbers of seats by largest remainders. @param {Map<string, unknown[]>} strata @param {number} seats */
function quotas(strata, seats) {
  const total = [...strata.values()].reduce((sum, members) => sum + members.length, 0);
  const shares = [...strata].map(([key, members]) => ({ key, exact: (seats * members.length) / total }));
  const given = new Map(shares.map(({ key, exact }) => [key, Math.floor(exact)]));
  const left = seats - [...given.values()].reduce((sum, n) => sum + n, 0);
  const byRemainder = [...shares].sort((a, b) => (b.exact % 1) - (a.exact % 1) || (a.key < b.key ? -1 : 1));
  for (const { key } of byRemainder.slice(0, left)) given.set(key, (given.get(key) ?? 0) + 1);
  return given;
}

function buildGenes() {
  /** @type {Map<string, Record<string, string>[]>} */
  const byLetter = new Map();
  let eligible = 0;
  for (const row of rows(source('hgnc_full_from_ncbi_gene_info_2022-11.tsv'))) {
    const { symbol = '', name = '', hgnc_id = '', locus_type } = row;
    if (locus_type !== 'protein-coding' || !SYMBOL.test(symbol) || !/^HGNC:\d+$/.test(hgnc_id)) continue;
    if (name === '' || name.toLowerCase() === symbol.toLowerCase()) continue;
    eligible += 1;
    const letter = symbol.slice(0, 1);
    byLetter.set(letter, [...(byLetter.get(letter) ?? []), row]);
  }
  const letters = new Map([...byLetter].sort(([a], [b]) => (a < b ? -1 : 1)));
  const seats = quotas(letters, GENES);
  const drawn = [...letters].flatMap(([letter, genes]) =>
    genes
      .map((gene) => ({ gene, key: sha256(`${DRAW}:${gene.symbol}`) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, seats.get(letter))
      .map(({ gene }) => gene)
      .sort((a, b) => ((a.symbol ?? '') < (b.symbol ?? '') ? -1 : 1)),
  );
  const lines = drawn.map(({ symbol, name, hgnc_id, synonyms = '' }) => {
    const aliases = synonyms.split('|').filter((alias) => alias !== '' && alias !== '-');
    return [symbol, name, hgnc_id, aliases.join('|'), aliases.length].join('\t');
  });
  const text = ['symbol\tname\thgnc_id\tsynonyms\taliases', ...lines].join('\n') + '\n';
  return { file: write('gene-names.tsv', text), genes: drawn.length, eligible };
}

if (sourceFolder === undefined) stop('Usage: node bin/build-ontologies.js SOURCE_DIR [OUT_DIR]');
const go = buildGo();
const counts = buildCounts(go.ids);
const genes = buildGenes();

const index = {
  indexVersion: 1,
  ontologies: [
    {
      name: 'go-cc',
      title: 'Gene Ontology: cellular component',
      description: 'Parts of cells and complexes with identifiers that say nothing of their names.',
      terminology: 'go-cc',
      terms: go.ids.size,
      file: go.file,
      format: 'obo',
      columns: null,
      version: '2015-07-17, names of 2024-06',
      licence: 'CC BY 4.0',
      licenceUrl: CC_BY,
      attribution: GO_ATTRIBUTION,
      changes: GO_CHANGES,
      source: 'https://geneontology.org',
      popularity: {
        file: counts.file,
        identifierColumn: 'go_id',
        countColumn: 'genes',
        identifiers: counts.identifiers,
        title: 'Human genes annotated with the term',
        note: `Direct experimental annotations of human genes, snapshot of 2018. ${COUNTS_CHANGES}`,
        licence: 'CC BY 4.0',
        attribution: GO_ATTRIBUTION,
      },
    },
    {
      name: 'gene-names',
      title: 'Gene names and symbols',
      description: 'Protein-coding human genes: full names and the symbols made from them.',
      terminology: 'gene-names',
      terms: genes.genes,
      file: genes.file,
      format: 'table',
      columns: { term: 'name', identifier: 'symbol', synonyms: 'synonyms', hgnc: 'hgnc_id' },
      version: '2022-11',
      licence: 'public domain',
      licenceUrl: null,
      attribution: GENE_ATTRIBUTION,
      changes: `${GENE_CHANGES} ${genes.eligible.toLocaleString('en-US')} genes were eligible.`,
      source: 'https://www.ncbi.nlm.nih.gov/gene',
      popularity: {
        file: genes.file,
        identifierColumn: 'symbol',
        countColumn: 'aliases',
        identifiers: genes.genes,
        title: 'Alias symbols of the gene',
        note:
          'How many other symbols NCBI Gene lists: a trace of how often a gene was named anew, not a count of mentions. ' +
          'Counts of literature or annotations can be given as a file of your own.',
        licence: 'public domain',
        attribution: GENE_ATTRIBUTION,
      },
    },
  ],
};
write('index.json', JSON.stringify(index, null, 2) + '\n');

/** @param {typeof index.ontologies[number]} entry */
const section = ({ title, file, terms, licence, licenceUrl, attribution, changes, source: home, popularity }) =>
  [
    `## ${title}`,
    '',
    `- Files: \`${file.path}\`${popularity.file.path === file.path ? '' : `, \`${popularity.file.path}\``} (${terms} terms)`,
    `- Source: <${home}>`,
    `- Licence: ${licence}${licenceUrl === null ? '' : ` (<${licenceUrl}>)`}`,
    `- Attribution: ${attribution}`,
    `- Changes: ${changes}`,
    `- Popularity: ${popularity.title.toLowerCase()}. ${popularity.note}`,
  ].join('\n');
write(
  'README.md',
  [
    '# Bundled ontologies',
    'Made by `node bin/build-ontologies.js SOURCE_DIR`; `index.json` holds sizes and SHA-256 of every file.',
    ...index.ontologies.map(section),
  ].join('\n\n') + '\n',
);
console.log(
  `${go.ids.size} terms, ${counts.identifiers} of them with counts; ${genes.genes} of ${genes.eligible} genes → ${outFolder}`,
);
