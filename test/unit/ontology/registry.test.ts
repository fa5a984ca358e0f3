/** The list of formats. */
import { expect, it } from 'vitest';
import { SOURCE_FORMATS } from '../../../src/ontology/registry';

it('formats have names of their own, and titles for messages', () => {
  const names = SOURCE_FORMATS.map(({ format }) => format);
  expect(new Set(names).size).toBe(names.length);
  expect(names.slice(0, 2)).toEqual(['obo', 'obographs']);
  for (const { title } of SOURCE_FORMATS) expect(title).not.toBe('');
});

it('plain tables are asked last, since almost any text could be one', () => {
  expect(SOURCE_FORMATS.at(-1)!.format).toBe('table');
});

it.each([
  ['obo', 'format-version: 1.2\n\n[Term]\nid: X:1\nname: a, b\n'],
  ['obographs', '{\n  "graphs": [{\n    "nodes": [{"id": "X:1", "lbl": "a, b", "type": "CLASS"}]\n  }]\n}\n'],
])('nothing but %s takes itself for a file of that format first', (format, head) => {
  expect(SOURCE_FORMATS.find(({ detects }) => detects(head, {}))!.format).toBe(format);
});
