/**
 * The documentation as pages of the app: every `docs/**.md` becomes `help/**.html` beside it, served in development alike.
 *
 * Promises: no script and no request to anywhere else; HTML in a document is shown, not obeyed; a link between documents
 * leads to the page of the other, one to a file outside of them is its name alone. Must not know: the app.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));
const TOKENS = fileURLToPath(new URL('../src/ui/tokens.css', import.meta.url));
const STYLE = fileURLToPath(new URL('./help-pages.css', import.meta.url));
const PICTURES = /\.(svg|png)$/;

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** As GitHub names headings. @param {string} title */
export function anchorOf(title) {
  return title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** `README.md` is the index of its folder. @param {string} name */
const pageOf = (name) => name.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html');

/**
 * Where a link of a document leads on its page; null where nothing of the help lies there.
 * @param {string} name of the document, from `docs`
 * @param {string} href
 */
export function helpHref(name, href) {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const [file = '', fragment] = href.split('#');
  if (path.posix.join(path.posix.dirname(name), file).startsWith('..')) return null;
  if (!file.endsWith('.md')) return PICTURES.test(file) ? href : null;
  return pageOf(file) + (fragment === undefined ? '' : `#${fragment}`);
}

/** @param {string} name from `docs`, with forward slashes @param {string} text */
export function helpPage(name, text) {
  const up = '../'.repeat(name.split('/').length - 1);
  const marked = new Marked({
    gfm: true,
    renderer: {
      // What a comment marks is for the tests of the docs.
      html: ({ text: html }) => (/^\s*<!--[\s\S]*?-->\s*$/.test(html) ? '' : escaped(html)),
      heading({ tokens, depth, text: title }) {
        return `<h${depth} id="${escaped(anchorOf(title))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const to = helpHref(name, href);
        return to === null ? words : `<a href="${escaped(to)}">${words}</a>`;
      },
      table(token) {
        /** @param {import('marked').Tokens.TableCell[]} row @param {string} tag */
        const cells = (row, tag) =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('');
        const rows = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>${rows}</tbody></table></div>\n`;
      },
      code: ({ text: code }) => `<pre tabindex="0"><code>${escaped(code)}</code></pre>\n`,
    },
  });
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self' data:">
<title>${escaped(title)} · Ontoscope help</title>
<link rel="icon" href="${up}../icons/ontoscope.svg" type="image/svg+xml">
<link rel="stylesheet" href="${up}help.css">
</head>
<body>
<header><a href="${up}../index.html">Ontoscope</a><a href="${up}index.html">Help</a></header>
<main>
${marked.parse(text)}</main>
</body>
</html>
`;
}

/** All files of the help by their path from the page, made when they are asked for. @returns {Map<string, () => string | Buffer>} */
export function helpFiles() {
  const names = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const read = (/** @type {string} */ name) => readFileSync(path.join(DOCS, name));
  /** @type {Map<string, () => string | Buffer>} */
  const files = new Map();
  files.set('help/help.css', () => `${readFileSync(TOKENS, 'utf8')}\n${readFileSync(STYLE, 'utf8')}`);
  for (const name of names) {
    if (name.endsWith('.md')) files.set(`help/${pageOf(name)}`, () => helpPage(name, read(name).toString('utf8')));
    else if (PICTURES.test(name)) files.set(`help/${name}`, () => read(name));
  }
  return files;
}

/** @type {Record<string, string>} */
const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css', svg: 'image/svg+xml', png: 'image/png' };

/** @returns {import('vite').Plugin} */
export function helpPages() {
  return {
    name: 'help-pages',
    generateBundle() {
      for (const [fileName, make] of helpFiles()) this.emitFile({ type: 'asset', fileName, source: make() });
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = decodeURIComponent((request.url ?? '').split(/[?#]/)[0] ?? '').slice(1);
        const make = helpFiles().get(file.endsWith('help/') ? `${file}index.html` : file);
        if (make === undefined) return next();
        response.setHeader('Content-Type', TYPES[file.split('.').at(-1) ?? ''] ?? 'text/html; charset=utf-8');
        response.end(make());
      });
    },
  };
}
