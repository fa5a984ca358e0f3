/** `ontoscope cache list|delete`: the models fetched from elsewhere that are kept on this machine. */
import { onlyArgument, parseCommand, usageError } from '../arguments';
import { formatBytes } from '../format';
import { cacheFolder, CACHE_OPTION, modelCache } from '../model-place';
import type { Terminal } from '../terminal';

export const CACHE_COMMAND_HELP = `ontoscope cache list [--cache DIR] [--json]
    Models from the hub and from addresses that are kept here: size, whether they are complete, when they were last used.

ontoscope cache delete MODEL [--cache DIR] [--json]
    Deletes one, by the name or the reference that the list shows.`;

export async function cacheCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [action, ...rest] = argv;
  if (action === 'list') return list(rest, terminal);
  if (action === 'delete') return remove(rest, terminal);
  throw usageError(`cache needs list or delete${action ? `, not “${action}”` : ''}.`, 'cache');
}

const OPTIONS = { ...CACHE_OPTION, json: { type: 'boolean' } } as const;

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('cache', argv, OPTIONS);
  if (positionals.length > 0) throw usageError(`cache list takes no model; “${positionals[0]}” is too much.`, 'cache');
  const cache = modelCache(values.cache, terminal);
  const models = await cache.list();
  const folder = cacheFolder(values.cache);
  const freeBytes = await cache.room();
  if (values.json) {
    terminal.out(JSON.stringify({ folder, freeBytes, models }, null, 2));
    return 0;
  }
  for (const { key, reference, bytes, totalBytes, complete, lastUsedMs } of models) {
    const size = complete ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}, not complete`;
    terminal.out(`${key}  ${size}, used ${new Date(lastUsedMs).toISOString().slice(0, 10)}`);
    terminal.out(`  ${reference}`);
  }
  const all = models.reduce((sum, { bytes }) => sum + bytes, 0);
  const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free on that disk`;
  terminal.out(`${models.length} models, ${formatBytes(all)} in ${folder}${free}`);
  return 0;
}

async function remove(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('cache', argv, OPTIONS);
  const wanted = onlyArgument(positionals, 'a model of the list', 'cache');
  const cache = modelCache(values.cache, terminal);
  const found = (await cache.list()).find(({ key, reference }) => key === wanted || reference === wanted);
  await cache.remove(found?.key ?? wanted);
  if (values.json) terminal.out(JSON.stringify({ deleted: found }, null, 2));
  else terminal.out(`Deleted ${found!.reference}: ${formatBytes(found!.bytes)} are free again.`);
  return 0;
}
