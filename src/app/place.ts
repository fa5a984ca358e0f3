/** A place of the page as a text, and back. Pure. */
import { isSection, type SectionName } from './sections';

export type Options = Readonly<Record<string, string>>;

export interface Place {
  section: SectionName;
  /** The part of the section: a chart, a lesson. */
  item: string | null;
  options: Options;
}

export const START: Place = { section: 'start', item: null, options: {} };

/** `#/section/item?name=value`. */
export function placeText({ section, item, options }: Place): string {
  const query = new URLSearchParams(Object.entries(options)).toString();
  return `#/${section}${item === null ? '' : `/${encodeURIComponent(item)}`}${query === '' ? '' : `?${query}`}`;
}

/** Null where the text names no place. */
export function readPlace(text: string): Place | null {
  const parts = /^#\/([a-z]+)(?:\/([^/?]*))?(?:\?(.*))?$/.exec(text);
  if (parts === null || !isSection(parts[1]!)) return null;
  let item: string | null = null;
  try {
    item = parts[2] ? decodeURIComponent(parts[2]) : null;
  } catch {
    // A broken escape names no part: the section itself.
  }
  return { section: parts[1], item, options: Object.fromEntries(new URLSearchParams(parts[3] ?? '')) };
}
