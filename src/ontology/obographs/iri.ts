/**
 * Addresses of ontology terms ↔ compact identifiers (CURIEs).
 *
 * Follows the OBO Foundry identifier policy: `…/obo/HP_0001250` is `HP:0001250`; the id space ends at the first
 * underscore. Outside it, an address whose last part looks like such an identifier (`…/ORDO/Orphanet_558`,
 * `…/efo/EFO_0000400`), and identifiers.org, are shortened the same way. Every other address stays as it is.
 * Must not know: documents.
 */
const OBO_PURL = /^https?:\/\/purl\.obolibrary\.org\/obo\//;
const OBO_LOCAL = /^([A-Za-z][A-Za-z0-9.-]*)_([A-Za-z0-9_.-]+)$/;
const OTHER_LOCAL = /^https?:\/\/.*[/#]([A-Za-z][A-Za-z0-9.-]*)_(\d[A-Za-z0-9]*)$/;
const IDENTIFIERS_ORG = /^https?:\/\/identifiers\.org\/([A-Za-z][A-Za-z0-9.]*)[/:]([^/\s]+)$/;

export function toCurie(iri: string): string {
  const local = OBO_PURL.exec(iri);
  const match =
    local === null ? (OTHER_LOCAL.exec(iri) ?? IDENTIFIERS_ORG.exec(iri)) : OBO_LOCAL.exec(iri.slice(local[0].length));
  return match === null ? iri : `${match[1]}:${match[2]}`;
}

/** Name of an ontology from the address of its document: `…/obo/hp.json` and `…/obo/hp.owl` are `hp`. */
export function ontologyName(iri: string): string {
  const local = OBO_PURL.exec(iri);
  return local === null ? iri : iri.slice(local[0].length).replace(/\.(?:json|owl|obo)$/, '') || iri;
}

/** What a predicate is called after its last `/`, `#` or prefix: `hasAlternativeId`, `license`. */
export function localName(predicate: string): string {
  return /[^/#:]*$/.exec(predicate)![0];
}
