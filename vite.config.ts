/** The app's build: plain Svelte on Vite, one page, the engine in a module worker, relative paths so that any folder can serve it. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './bin/page/csp.js';
import { offline } from './bin/page/offline.js';
import { helpPages } from './bin/help-pages.js';

/** A browser is opened for a person at a desk, never on a server or in CI. */
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
const open = process.stdout.isTTY === true && !process.env.CI && hasScreen;

export default defineConfig({
  base: './',
  plugins: [svelte(), helpPages(), contentSecurityPolicy(), offline()],
  server: { open },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    outDir: 'dist/app',
    emptyOutDir: true,
    chunkSizeWarningLimit: 700,
    // It only declares; taken at its word it would come with everything that takes anything of `src/stats`.
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /node_modules\/pako\//, sideEffects: false }] } },
  },
});
