/** `npm run docs:spec`: writes docs/spec.md. */
import { writeFileSync } from 'node:fs';
import { publishedPresets } from '../../src/cli/presets';
import { makeSpecPage } from './spec-page';

writeFileSync('docs/spec.md', makeSpecPage(publishedPresets()));
process.stdout.write('docs/spec.md written\n');
process.exit(0);
