import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { cellRunKey, StudyStorage } from '../../../src/platform/study-storage';

describe('studies kept in the browser', () => {
  it('come back as they were, newest first, and go alone', async () => {
    const storage = new StudyStorage<{ cells: number }>('kept-studies');
    await storage.save('2026-01-01', { cells: 1 });
    await storage.save('2026-02-01', { cells: 2 });
    await storage.save('2026-01-01', { cells: 3 });
    expect(await new StudyStorage('kept-studies').list()).toEqual([
      { key: '2026-02-01', state: { cells: 2 } },
      { key: '2026-01-01', state: { cells: 3 } },
    ]);
    await storage.remove('2026-02-01');
    expect(await storage.load('2026-02-01')).toBeNull();
    expect(await storage.load('2026-01-01')).toEqual({ cells: 3 });
  });

  it('have their cells’ runs under names of their own', () => {
    expect(cellRunKey('2026-01-01', { folder: 'rank-2_seed-1' })).toBe('2026-01-01/rank-2_seed-1');
  });
});
