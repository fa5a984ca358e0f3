/** A hub of a process of its own, for the model below a folder: prints its address, and breaks as many connections as told. */
import { commitOf, startHub } from '../helpers/hub-server';
import { SMOLLM2_135M, writeRandomModel } from './large-model';

const [folder, layers, cuts] = process.argv.slice(3) as [string, string, string];
const config = { ...SMOLLM2_135M, num_hidden_layers: Number(layers) };
const server = await startHub();
server.models.set('random/model', { commit: commitOf(layers), files: await writeRandomModel(folder, config) });
server.faults.cuts = JSON.parse(cuts) as number[];
process.stdout.write(`${JSON.stringify({ hub: server.hub })}\n`);
process.on('message', () => {
  const large = server.requests.filter(({ origin }) => origin === 'cdn');
  process.send!(large.map(({ headers }) => headers.range));
});
process.on('disconnect', () => process.exit(0));
