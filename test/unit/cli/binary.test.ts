/** The command as people call it: the built program in a process of its own. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../helpers/temporary';
import { writeTinyModel } from '../../helpers/tiny-model';
import { tinySpec, tinyTerms } from '../../helpers/tiny-run';

const BINARY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../bin/ontoscope.js');
const place = useTemporaryFolder();

function ontoscope(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BINARY, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('ontoscope', { timeout: 60_000 }, () => {
  it('prints an ontology as one JSON document', async () => {
    await writeFile(await place('terms.tsv'), tinyTerms.text);
    const { code, stdout } = await ontoscope('ontology', await place('terms.tsv'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'table', terms: 16 });
  });

  it('ends with status 2 on a usage error', async () => {
    const { code, stdout, stderr } = await ontoscope('run', '--colour');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('error usage');
  });

  it('ends with status 1 on a truncated model and writes nothing', async () => {
    const model = await writeTinyModel(await place('models', 'tiny'));
    await writeFile(path.join(model, 'model.safetensors'), new Uint8Array(100));
    await writeFile(await place('spec.json'), JSON.stringify(tinySpec()));
    const { code, stdout, stderr } = await ontoscope(
      'run',
      await place('spec.json'),
      '--out',
      await place('out'),
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: expect.stringMatching(/^safetensors-/) as string,
        message: expect.stringContaining('model.safetensors') as string,
      },
    });
    expect(stderr).toContain('model.safetensors');
    expect(existsSync(await place('out'))).toBe(false);
  });
});
