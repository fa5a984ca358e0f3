/**
 * Text chunks → lines, wherever the chunks happen to be cut.
 *
 * Promises: LF and CRLF end a line (also when a chunk ends between the two), a byte-order mark at the very start is
 * dropped, a last line without an end is still a line. Work is linear in the text, also for one huge line.
 * Must not know: what the lines mean.
 */
export class LineSplitter {
  #pieces: string[] = [];
  #started = false;
  #unfinished = 0;

  /** Characters of the line that is not finished yet. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** Lines completed by this chunk, without their ends. */
  push(chunk: string): string[] {
    if (chunk === '') return [];
    let from = !this.#started && chunk.startsWith('\ufeff') ? 1 : 0;
    this.#started = true;
    const lines: string[] = [];
    for (let end = chunk.indexOf('\n', from); end !== -1; end = chunk.indexOf('\n', from)) {
      this.#pieces.push(chunk.slice(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    if (from < chunk.length) {
      this.#pieces.push(chunk.slice(from));
      this.#unfinished += chunk.length - from;
    }
    return lines;
  }

  /** The unfinished last line, if there is one. */
  finish(): string[] {
    return this.#pieces.length === 0 ? [] : [this.#take()];
  }

  #take(): string {
    const line = this.#pieces.length === 1 ? this.#pieces[0]! : this.#pieces.join('');
    this.#pieces = [];
    this.#unfinished = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}
