/** Svelte's compiler settings, read by Vite, svelte-check, ESLint and the layering check alike. */
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
};
