import { describe, expect, test } from 'vitest';
import type { Command } from '../../../src/app/commands';
import { KeyMap, SEQUENCE_MS, type KeyPress } from '../../../src/ui/shell/keys';

const command = (id: string, keys: string): Command => ({
  id,
  group: 'Go to',
  title: id,
  detail: '',
  keys,
  run: () => 0,
});
const COMMANDS = [command('data', 'g d'), command('pause', 'p'), command('d-alone', 'd')];
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  typing: false,
  atMs: 0,
  ...more,
});

describe('the keyboard map', () => {
  test('one key, or two in time, are a command', () => {
    const keys = new KeyMap();
    expect(keys.press(press('p'), () => COMMANDS, true)).toEqual({ kind: 'command', id: 'pause' });
    expect(keys.press(press('g'), () => COMMANDS, true)).toBeNull();
    expect(keys.press(press('d', { atMs: SEQUENCE_MS }), () => COMMANDS, true)).toEqual({
      kind: 'command',
      id: 'data',
    });
  });

  test('a second key that comes late stands for itself', () => {
    const keys = new KeyMap();
    keys.press(press('g'), () => COMMANDS, true);
    expect(keys.press(press('d', { atMs: SEQUENCE_MS + 1 }), () => COMMANDS, true)).toEqual({
      kind: 'command',
      id: 'd-alone',
    });
  });

  test('while somebody types, or with keys switched off, only Ctrl+K acts', () => {
    const keys = new KeyMap();
    expect(keys.press(press('p', { typing: true }), () => COMMANDS, true)).toBeNull();
    expect(keys.press(press('p'), () => COMMANDS, false)).toBeNull();
    expect(keys.press(press('?'), () => COMMANDS, false)).toBeNull();
    expect(keys.press(press('k', { ctrlKey: true, typing: true }), () => COMMANDS, false)).toEqual({ kind: 'palette' });
    expect(keys.press(press('K', { metaKey: true }), () => COMMANDS, true)).toEqual({ kind: 'palette' });
    expect(keys.press(press('p', { ctrlKey: true }), () => COMMANDS, true)).toBeNull();
  });

  test('Escape takes back, also with keys switched off', () => {
    expect(new KeyMap().press(press('Escape'), () => COMMANDS, false)).toEqual({ kind: 'escape' });
  });
});
