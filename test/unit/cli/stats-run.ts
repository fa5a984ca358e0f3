/** `ontoscope stats` on a table of a test's own, its streams and its exit status. */
import { writeFile } from 'node:fs/promises';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from '../../helpers/fake-terminal';
import { useTemporaryFolder } from '../../helpers/temporary';

export interface Outcome {
  code: number;
  out: string;
  err: string;
  /** The one JSON document on stdout. */
  json(): Record<string, never>;
}

export async function stats(...argv: string[]): Promise<Outcome> {
  const terminal = new FakeTerminal();
  const code = await main(['stats', ...argv], terminal);
  const out = terminal.stdout.join('\n');
  return { code, out, err: terminal.stderr.join('\n'), json: () => JSON.parse(out) as Record<string, never> };
}

/** @returns how to write a table, which gives its path */
export function useTables(): (content: string | Uint8Array, name?: string) => Promise<string> {
  const place = useTemporaryFolder();
  let written = 0;
  return async (content, name = `table-${++written}.csv`) => {
    const file = await place(name);
    await writeFile(file, content);
    return file;
  };
}
