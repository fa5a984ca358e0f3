/** `ontoscope model export --onnx`: a model as a folder that other runtimes load. */
import path from 'node:path';
import { exportOnnx, WRITTEN_DTYPES, type WrittenDtype } from '../../experiment';
import { parseCommand, usageError } from '../arguments';
import { formatBytes } from '../format';
import { CACHE_OPTION, modelOpener } from '../model-place';
import type { Terminal } from '../terminal';
import { refuseExisting, replaceFile } from '../write-files';

export const MODEL_EXPORT_HELP = `ontoscope model export --onnx --model PATH --out DIR [options]
    The model as a folder that transformers.js and ONNX Runtime load.
  --dtype D        f32, f16, or both as f32,f16: width of the weights (default: f32)
  --force          replaces files of that name in DIR
  --json           one JSON document on stdout`;

export async function exportModel(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('model', argv, {
    onnx: { type: 'boolean' },
    model: { type: 'string' },
    out: { type: 'string' },
    dtype: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
    ...CACHE_OPTION,
  });
  if (positionals.length > 0) throw usageError(`model export takes no “${positionals[0]}”.`, 'model');
  if (!values.onnx) throw usageError('model export needs --onnx, the form it writes.', 'model');
  const { model, out } = values;
  if (model === undefined) throw usageError('model export needs --model PATH, a model folder.', 'model');
  if (out === undefined) throw usageError('model export needs --out DIR.', 'model');
  const dtypes = dtypesOption(values.dtype ?? 'f32');
  const files = await exportOnnx(await modelOpener({ cache: values.cache, terminal })(model), { dtypes });
  const placed = files.map((file) => ({ ...file, place: path.join(out, ...file.path.split('/')) }));
  if (!values.force) for (const { place } of placed) await refuseExisting(place);
  for (const { place, pieces } of placed) await replaceFile(place, pieces());
  if (values.json) {
    terminal.out(JSON.stringify({ out, files: placed.map((file) => ({ path: file.path, bytes: file.bytes })) }));
  } else {
    for (const file of placed) terminal.out(`${formatBytes(file.bytes).padStart(10)}  ${file.place}`);
  }
  return 0;
}

/** `f32,f16`, each once. */
function dtypesOption(text: string): WrittenDtype[] {
  const asked = text.split(',').map((part) => {
    const found = WRITTEN_DTYPES.find((dtype) => dtype === part.trim());
    if (found === undefined) throw usageError(`--dtype takes ${WRITTEN_DTYPES.join(' and ')}, not “${part}”.`, 'model');
    return found;
  });
  return [...new Set(asked)];
}
