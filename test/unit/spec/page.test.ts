import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { publishedPresets } from '../../../src/cli/presets';
import { FIELDS } from '../../../src/spec';
import { makeSpecPage } from '../../docs/spec-page';

describe('docs/spec.md', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/spec.md', import.meta.url)), 'utf8');

  it('is what the tables say today (npm run docs:spec writes it)', () => {
    expect(page).toBe(makeSpecPage(publishedPresets()));
  });

  it('has a row for every field and every preset', () => {
    for (const field of Object.keys(FIELDS)) expect(page).toContain(`| \`${field}\` | **`);
    for (const { name } of publishedPresets()) expect(page).toContain(`| \`${name}\` | `);
  });
});
