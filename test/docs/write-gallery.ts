/** `npm run docs:gallery`: writes the bundles of the gallery. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { galleryBundles } from './gallery';

mkdirSync('public/gallery', { recursive: true });
for (const [name, bytes] of Object.entries(galleryBundles())) writeFileSync(`public/gallery/${name}`, bytes);
process.stdout.write('public/gallery written\n');
process.exit(0);
