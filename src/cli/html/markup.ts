/**
 * HTML from values: a template tag in which every value is text unless it was made by the tag itself.
 *
 * Promises: no label, answer or file name can become markup. Must not know: what is shown.
 */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | null | readonly Part[];

/** Lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.map((text, index) => text + (index < parts.length ? rendered(parts[index]!) : '')).join(''));
}

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map((each: Part) => rendered(each)).join('');
  return escapeHtml(String(part));
}

/**
 * The text as HTML text or attribute value. Characters that no XML document may hold, and those that reverse the
 * direction of what follows, are shown as U+FFFD.
 */
export function escapeHtml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A table with its caption; the first cell of a row names it. */
export function table(caption: Part, header: readonly Part[], rows: readonly (readonly Part[])[]): Html {
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([first, ...rest]) =>
          html`<tr>
            <th scope="row">${first ?? null}</th>
            ${rest.map((cell) => html`<td>${cell}</td>`)}
          </tr> `,
      )}
    </tbody>
  </table> `;
}
