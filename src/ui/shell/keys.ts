/**
 * The page's keyboard map: what a key means, apart from where it was pressed.
 *
 * Promises: single keys never act while somebody types, and not at all once they are switched off; Ctrl+K always does.
 * Must not know: commands' work.
 */
import type { Command } from '../../app/commands';

/** How long a first key waits for its second. */
export const SEQUENCE_MS = 1500;

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** Letters belong to what has the focus. */
  typing: boolean;
  atMs: number;
}

export type KeyAction = { kind: 'palette' } | { kind: 'help' } | { kind: 'escape' } | { kind: 'command'; id: string };

export class KeyMap {
  #first: { key: string; atMs: number } | null = null;

  /** Null where the key is nothing of ours, or the first of two. @param commandsNow asked only for keys that may be one */
  press(press: KeyPress, commandsNow: () => readonly Command[], shortcuts: boolean): KeyAction | null {
    const { key, typing, atMs } = press;
    if ((press.ctrlKey || press.metaKey) && !press.altKey && key.toLowerCase() === 'k') return { kind: 'palette' };
    if (press.ctrlKey || press.metaKey || press.altKey || typing) return null;
    if (key === 'Escape') return { kind: 'escape' };
    if (!shortcuts) return null;
    if (key === '?') return { kind: 'help' };
    const first = this.#first !== null && atMs - this.#first.atMs <= SEQUENCE_MS ? `${this.#first.key} ` : '';
    this.#first = null;
    const commands = commandsNow();
    const command = commands.find(({ keys }) => keys === `${first}${key}`);
    if (command !== undefined) return { kind: 'command', id: command.id };
    if (commands.some(({ keys }) => keys?.startsWith(`${key} `) === true)) this.#first = { key, atMs };
    return null;
  }
}

/** Whether keys pressed here are text or choices of the element itself. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog[open]') !== null) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
