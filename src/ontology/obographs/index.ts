/** OBO Graphs JSON, as ROBOT and the OBO libraries write it. */
import type { SourceFormat } from '../reader';
import { ObographsParser } from './parser';

export const obographsFormat: SourceFormat = {
  format: 'obographs',
  kind: 'ontology',
  title: 'OBO Graphs JSON',
  detects: (head) => /^\s*\{/.test(head) && /"graphs"\s*:/.test(head),
  open: (file) => new ObographsParser(file),
};
