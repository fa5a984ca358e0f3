/**
 * The small grammar inside OBO values: escapes, quoted text, comments, qualifiers, references.
 *
 * Follows the OBO flat file format 1.2 and 1.4. A problem is thrown as `OboFault`, which says where in the value it is;
 * the parser adds file and line.
 * Must not know: stanzas, files.
 */

/** What is wrong with one value, and what to do about it. */
export class OboFault extends Error {
  constructor(
    readonly problem: string,
    readonly hint: string,
    /** Characters of the value before the place that is wrong. */
    readonly offset = 0,
  ) {
    super(problem);
  }
}

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', W: ' ' };

/** Resolves `\n`, `\t`, `\W` (space) and `\x` → x for every other character. */
export function unescapeObo(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\s\S])/g, (_, c: string) => ESCAPED[c] ?? c) : text;
}

/** Index of the first unescaped `character` at or after `from`, or −1. */
function findUnescaped(text: string, character: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === character) return i;
  }
  return -1;
}

/** Ends with an odd number of backslashes: the next line continues this one. */
export function continues(line: string): boolean {
  let backslashes = 0;
  while (line[line.length - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/**
 * Unquoted text without its trailing comment (`! …` after white space) and its trailing qualifiers
 * (`{key="value", …}` after white space). Braces that hold no `key=` belong to the text: chemical names have them.
 */
export function plainText(value: string): string {
  let text = value;
  for (let i = findUnescaped(text, '!', 0); i !== -1; i = findUnescaped(text, '!', i + 1)) {
    if (i === 0 || /\s/.test(text[i - 1]!)) {
      text = text.slice(0, i);
      break;
    }
  }
  text = text.replace(/\s\{\s*[^\s{}="]+\s*=[^{}]*\}\s*$/, '');
  return unescapeObo(text.trim());
}

/** The identifier a value starts with; only qualifiers and a comment may follow it. */
export function reference(value: string): string {
  const match = /^((?:\\.|[^\s\\])+)\s*(?:\{[^}]*\}\s*)?(?:!.*)?$/s.exec(value);
  const id = match?.[1];
  if (id === undefined || id.startsWith('!') || id.startsWith('{')) {
    throw new OboFault('one identifier was expected here', 'Write the identifier alone, or follow it by "! its name".');
  }
  return unescapeObo(id);
}

/**
 * The cross-reference a value starts with: a description in quotes, qualifiers and a comment may follow it. Where
 * something else follows (an address with a space in it), all of the text is the reference.
 */
export function crossReference(value: string): string {
  const match = /^((?:\\.|[^\s\\])+)(?:\s+"(?:\\.|[^"\\])*")?\s*(?:\{[^}]*\}\s*)?(?:!.*)?$/s.exec(value);
  return match?.[1] !== undefined && !/^[!"{]/.test(match[1]) ? unescapeObo(match[1]) : plainText(value);
}

/** Text in quotes at the start of a value, what follows the closing quote, and where that begins. */
export function quoted(value: string): { text: string; rest: string; restAt: number } {
  if (!value.startsWith('"')) {
    throw new OboFault('text in quotation marks was expected here', 'Put the text between two quotation marks.');
  }
  const end = findUnescaped(value, '"', 1);
  if (end === -1) {
    throw new OboFault(
      'a quotation mark is opened and never closed',
      'Close it, and write quotation marks inside the text as \\".',
    );
  }
  const after = value.slice(end + 1);
  const rest = after.trim();
  return { text: unescapeObo(value.slice(1, end)), rest, restAt: end + 1 + after.length - after.trimStart().length };
}

/** Refuses a list of sources `[…]` that is opened and never closed; `at` is where it begins in the value. */
export function checkXrefs(rest: string, at: number): void {
  if (rest.startsWith('[') && findUnescaped(rest, ']', 1) === -1) {
    throw new OboFault('a "[" is opened and never closed', 'Close the list of sources with "]".', at);
  }
}

/** `true` or `false`. */
export function flag(value: string): boolean {
  const text = plainText(value);
  if (text !== 'true' && text !== 'false')
    throw new OboFault('"true" or "false" was expected here', 'Write one of the two.');
  return text === 'true';
}

const WHITE_SPACE: Record<string, string> = { ' ': '\\W', '\t': '\\t', '\n': '\\n' };

/** An identifier as `reference` and `crossReference` read it. */
export function escapeReference(id: string): string {
  return lineFeeds(id)
    .replace(/[\\\s]/g, (c) => WHITE_SPACE[c] ?? `\\${c}`)
    .replace(/^[!"{]/, '\\$&');
}

/** Unquoted text as `plainText` reads it. */
export function escapePlain(text: string): string {
  return lineFeeds(text).replace(/[\\!{\t\n]/g, (c) => WHITE_SPACE[c] ?? `\\${c}`);
}

/** Text as `quoted` reads it, with its quotation marks. */
export function escapeQuoted(text: string): string {
  return `"${lineFeeds(text).replace(/[\\"\t\n]/g, (c) => WHITE_SPACE[c] ?? `\\${c}`)}"`;
}

/** OBO has one kind of line break, and no NUL. */
function lineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', ' ');
}
