/**
 * Icons for home screens, drawn from public/icons/ontoscope.svg by the Chromium that the tests use: `node bin/build-icons.js`.
 *
 * Promises: light colours; the maskable one keeps the sign within the inner 80 %. Needs nothing but what set-up for tests needs.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './find.js';

const ICONS = path.resolve(import.meta.dirname, '../public/icons');
const PAPER = '#f5f2ea';
const WANTED = [
  { name: 'ontoscope-192', size: 192, inset: 0, background: 'transparent' },
  { name: 'ontoscope-512', size: 512, inset: 0, background: 'transparent' },
  { name: 'ontoscope-maskable-512', size: 512, inset: 88, background: PAPER },
  { name: 'ontoscope-touch-180', size: 180, inset: 22, background: PAPER },
];

const svg = await readFile(path.join(ICONS, 'ontoscope.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
try {
  const page = await browser.newPage({ colorScheme: 'light' });
  for (const { name, size, inset, background } of WANTED) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<body style="margin:0;background:${background}"><div style="margin:${inset}px;line-height:0">${svg}</div></body>`,
    );
    await page.screenshot({ path: path.join(ICONS, `${name}.png`), omitBackground: background === 'transparent' });
  }
} finally {
  await browser.close();
}
