import { describe, expect, test } from 'vitest';
import { searchCommands, type Command } from '../../../src/app/commands';

const command = (title: string, detail = '', group: Command['group'] = 'Go to'): Command => ({
  id: title,
  group,
  title,
  detail,
  run: () => undefined,
});
const titles = (query: string, commands: readonly Command[]) =>
  searchCommands(commands, query).map(({ title }) => title);

describe('searching commands', () => {
  const all = [
    command('Results', 'What was learned'),
    command('Learning rate', 'Size of a step', 'Setting'),
    command('Rate of learning', '', 'Setting'),
    command('Épochs', 'Times through the pairs', 'Setting'),
  ];

  test('finds every word, wherever it stands, and the title’s beginning first', () => {
    expect(titles('learn', all)).toEqual(['Learning rate', 'Rate of learning', 'Results']);
    expect(titles('rate learning', all)).toEqual(['Learning rate', 'Rate of learning']);
    expect(titles('rate', all)[0]).toBe('Rate of learning');
    expect(titles('learn nothing', all)).toEqual([]);
  });

  test('knows neither case nor accents', () => {
    expect(titles('EPOCHS', all)).toEqual(['Épochs']);
  });

  test('without a query leaves the many settings out', () => {
    expect(titles('  ', all)).toEqual(['Results']);
  });
});
