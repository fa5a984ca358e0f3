/** `ontoscope device`: the adapter of this machine, and whether it computes what the references say. */
import { checkThisDevice, describeDevice, type DeviceDescription } from '../../experiment';
import { checkVerdict, deviceCheckText } from '../../records';
import { parseCommand, usageError } from '../arguments';
import { formatBytes } from '../format';
import { NODE_HOST_NAME, nodeGpu } from '../node-gpu';
import type { Terminal } from '../terminal';

export const DEVICE_HELP = `ontoscope device [--check] [--json]

The graphics adapter that experiments run on here, and its limits. A driver that computes on the processor is named
“software, slow”.

  --check   runs every kernel against its f64 reference on small shapes, and a short training of a whole decoder twice,
            which must give the same bits: a few seconds. Exit status 1 where something is wrong.
  --json    one JSON document on stdout: {"device", "check"}, "check" being null without --check`;

export async function deviceCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommand('device', argv, {
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw usageError(`device takes no file; “${positionals[0]}” is too much.`, 'device');
  const host = { gpu: await nodeGpu(), clock: { nowMs: terminal.nowMs }, hostName: NODE_HOST_NAME };
  const device = await describeDevice(host);
  if (!values.json) for (const line of deviceLines(device)) terminal.out(line);
  const check = values.check ? await runCheck(host, terminal) : null;
  if (values.json) terminal.out(JSON.stringify({ device, check }, null, 2));
  else if (check) terminal.out(`\n${deviceCheckText(check)}`);
  else terminal.out('ontoscope device --check runs its kernels against their references.');
  if (check && !check.passed) terminal.log(checkVerdict(check));
  return check === null || check.passed ? 0 : 1;
}

async function runCheck(host: Parameters<typeof checkThisDevice>[0], terminal: Terminal) {
  const stop = new AbortController();
  const forget = terminal.onInterrupt(() => stop.abort());
  try {
    return await checkThisDevice(host, {
      signal: stop.signal,
      onProgress: ({ families, total }) => {
        const text = `${families.length} of ${total}: ${families.at(-1)!.title}`;
        (terminal.rewrite ?? terminal.log)(text);
      },
    });
  } finally {
    if (terminal.rewrite) terminal.log('');
    forget();
  }
}

function deviceLines({ adapter, limits, f16, subgroups }: DeviceDescription): string[] {
  const named = [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(' ');
  return [
    `${named || 'An adapter without a name'}${adapter.software ? ' (software, slow)' : ''}, ${adapter.host}`,
    `  largest buffer ${formatBytes(limits.bufferBytes)}, largest binding ${formatBytes(limits.bindingBytes)}`,
    `  half precision ${f16 ? 'yes' : 'no'}, subgroups ${subgroups ? 'yes' : 'no'} (neither is needed)`,
  ];
}
