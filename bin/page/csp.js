/**
 * The page's Content-Security-Policy, written into the built page: what it may load, and from where.
 *
 * Promises: no script but the page's own files, none in the markup; nothing is framed, embedded or submitted anywhere. The
 * development server goes without: it reloads modules by means that a strict policy forbids.
 */

/** Servers of the person's own: a model's files may lie there. */
const LOCAL = ['http://localhost:*', 'http://127.0.0.1:*'];

/** @type {Record<string, string[]>} */
export const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'worker-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  // Models from the hub or an address of the person's choosing: asked for by them, never before.
  'connect-src': ["'self'", 'https:', ...LOCAL],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'object-src': ["'none'"],
};

export function policyText() {
  return Object.entries(POLICY)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

/** @returns {import('vite').Plugin} */
export function contentSecurityPolicy() {
  const charset = '<meta charset="utf-8" />';
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml(html) {
      if (!html.includes(charset)) throw new Error(`index.html has no ${charset} to put the policy behind`);
      return html.replace(
        charset,
        `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policyText()}" />`,
      );
    },
  };
}
