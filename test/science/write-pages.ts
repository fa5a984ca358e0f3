/** `npm run docs:stats`: writes the pages of docs/statistics. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { makePages } from './method-pages';

mkdirSync('docs/statistics', { recursive: true });
const files = makePages();
for (const [name, text] of files) writeFileSync(`docs/statistics/${name}`, text);
console.log(`${files.size} files written to docs/statistics`);
process.exit(0);
