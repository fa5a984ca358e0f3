/** The app's build: plain Svelte on Vite, one page, the engine in a module worker, relative paths so that any folder can serve it. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { helpPages } from './bin/help-pages.js';

/** A browser is opened for a person at a desk, never on a server or in CI. */
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const open = process.stdout.isTTY === true && !process.env.CI && hasScreen;

export default defineConfig({
  base: './',
  plugins: [svelte(), helpPages()],
  server: { open },
  worker: { format: 'es' },
  build: { target: 'es2023', outDir: 'dist/app', emptyOutDir: true },
});
