/**
 * The answer inside a JSON reply.
 *
 * The rule: the whole reply must be a JSON object with the asked key as a string. Where it is not, these are tried in
 * turn: the inside of the first fenced code block, then the text from the first `{` to the `}` that closes it. What is
 * found in none of them is unparsed. Promises: no text makes it throw. Must not know: what a right answer is.
 */

/** `null`: unparsed. A key whose value is null is an empty answer. */
export function jsonAnswer(reply: string, key: string): string | null {
  for (const candidate of [reply, fencedBlock(reply), firstObject(reply)]) {
    if (candidate === null) continue;
    const value = member(candidate, key);
    if (value !== undefined) return value;
  }
  return null;
}

function member(text: string, key: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (parsed === null || typeof parsed !== 'object' || !Object.hasOwn(parsed, key)) return undefined;
  const value = (parsed as Record<string, unknown>)[key];
  if (value === null) return '';
  return typeof value === 'string' ? value : undefined;
}

function fencedBlock(text: string): string | null {
  const [, opened] = text.split('```', 2);
  // A block names its language on the fence's own line.
  return opened === undefined ? null : opened.replace(/^\w*\s/, '');
}

function firstObject(text: string): string | null {
  const start = text.indexOf('{');
  if (start < 0) return null;
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return text.slice(start, at + 1);
  }
  return null;
}
