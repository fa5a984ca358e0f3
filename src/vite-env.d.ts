/** Types of what Vite resolves at build time: `?raw` shader text, `?worker` modules, `import.meta.env`. */
/// <reference types="vite/client" />
/// <reference types="svelte" />
