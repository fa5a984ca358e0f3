import { describe, expect, it } from 'vitest';
import { Navigation } from '../../src/app/navigation.svelte';
import type { PageHistory } from '../../src/platform/address';
import { encodeSpecLink, parseSpec } from '../../src/spec';

/** A browser's history: entries with a fragment and what they keep. */
class Entries implements PageHistory {
  entries: { fragment: string; kept: string | null; name: number }[];
  #names = 0;
  at = 0;
  #listener = () => undefined as void;

  constructor(fragment = '', kept: string | null = null) {
    this.entries = [{ fragment, kept, name: this.#names }];
  }
  fragment = () => this.entries[this.at]!.fragment;
  kept = () => this.entries[this.at]!.kept;
  entry = () => String(this.entries[this.at]!.name);
  withFragment = (fragment: string) => `https://example.org/lab/${fragment}`;
  push = (fragment: string, kept: string) => {
    this.entries = [...this.entries.slice(0, this.at + 1), { fragment, kept, name: (this.#names += 1) }];
    this.at += 1;
  };
  replace = (fragment: string, kept: string) => {
    this.entries[this.at] = { fragment, kept, name: this.entries[this.at]!.name };
  };
  onMove = (listener: () => void) => {
    this.#listener = listener;
  };
  move(by: number) {
    this.at += by;
    this.#listener();
  }
  /** As a link from outside, or the person, writes a fragment. */
  write(fragment: string) {
    this.entries = [...this.entries.slice(0, this.at + 1), { fragment, kept: null, name: (this.#names += 1) }];
    this.at += 1;
    this.#listener();
  }
}

const LINK = encodeSpecLink(parseSpec({ specVersion: 2, model: {}, ontology: {}, train: { epochs: 4 } }, 'test'));

describe('navigation', () => {
  it('begins where the address says, and goes back and forward', () => {
    const history = new Entries('#/lessons/direction?only=1');
    const navigation = new Navigation(history);
    expect(navigation.place).toEqual({ section: 'lessons', item: 'direction', options: { only: '1' } });
    expect(navigation.only).toBe(true);
    navigation.go('results');
    expect(history.fragment()).toBe('#/results');
    expect(navigation.only).toBe(false);
    history.move(-1);
    expect(navigation.section).toBe('lessons');
    expect(navigation.entry).toBe('0');
    navigation.setOption('only', null);
    expect(navigation.entry).toBe('0');
    history.move(1);
    expect(navigation.entry).toBe('1');
  });

  it('adds no entry for where one is, but counts the step', () => {
    const history = new Entries();
    const navigation = new Navigation(history);
    navigation.go('data');
    navigation.go('data');
    expect(history.entries).toHaveLength(2);
    expect(navigation.steps).toBe(2);
  });

  it('keeps a spec link in the address while one walks about', () => {
    const history = new Entries(LINK);
    const navigation = new Navigation(history);
    expect(navigation.section).toBe('start');
    navigation.go('experiment');
    navigation.go('data', 'world');
    expect(history.fragment()).toBe(LINK);
    expect(new Navigation(history).place).toMatchObject({ section: 'data', item: 'world' });
  });

  it('stays where it is when a spec link or nonsense is written', () => {
    for (const fragment of [LINK, '#anything']) {
      const history = new Entries('#/compare');
      const navigation = new Navigation(history);
      history.write(fragment);
      expect(navigation.section).toBe('compare');
      expect(new Navigation(history).section).toBe('compare');
    }
  });

  it('leads to a control in its section, and says which', () => {
    const navigation = new Navigation(new Entries('#/results'));
    navigation.showControl('ontology.path');
    expect(navigation.section).toBe('data');
    expect(navigation.wanted).toBe('ontology.path');
    navigation.showControl('world.groups.1');
    expect(navigation.item).toBe('world');
  });

  it('changes an option in place, without an entry', () => {
    const history = new Entries('#/results/latent');
    const navigation = new Navigation(history);
    navigation.setOption('only', '1');
    expect(history.entries).toEqual([
      { fragment: '#/results/latent?only=1', kept: '#/results/latent?only=1', name: 0 },
    ]);
    navigation.setOption('only', null);
    expect(navigation.options).toEqual({});
  });
});
