/** One column in two groups: Mann–Whitney, the area under the ROC curve. */
import { LabError } from '../../core/errors';
import { shorten } from '../../core/text-fault';
import { aucDeLong, mannWhitney } from '../../stats';
import { Columns, inOrder } from './columns';
import { interval, pValue, type Answer, type Method } from './method';

const mannwhitney: Method = {
  about: 'Mann–Whitney test and AUC with DeLong’s interval',
  help: `ontoscope stats mannwhitney TABLE --value V --by G

  --value V            column of numbers
  --by G               column of two groups; the AUC is that of the second one, sorted`,
  table: 'needed',
  options: { value: { type: 'string' }, by: { type: 'string' } },
  run(given, table): Answer {
    given.required('value', 'by');
    const rows = new Columns(given, table).numbers('value').labels('by').complete();
    const groups = rows.labels('by');
    const values = rows.numbers('value');
    const [low, high, ...others] = inOrder(groups);
    const by = given.text('by')!;
    if (high === undefined || others.length > 0) {
      const found = [low, high, ...others].filter((name) => name !== undefined);
      throw new LabError('stats-input', `${table.file}: "${shorten(by)}" has ${found.length} groups, not two (--by).`, {
        hint: `There is ${found.slice(0, 5).map(shorten).join(', ')}${found.length > 5 ? ', …' : ''}: choose two with --where, or another column.`,
      });
    }
    const of = (name: string) => values.filter((_, i) => groups[i] === name);
    const { auc: _auc, ...test } = rows.run(() => mannWhitney(of(high), of(low!)));
    const positive = groups.map((group) => group === high);
    const auc = rows.run(() => aucDeLong(values, positive, given.level()));
    const name = (group: string) => shorten(`${by}=${group}`);
    return {
      json: { groups: { x: high, y: low }, test, auc },
      lines: [
        `${name(high)} (n = ${test.nX}) against ${name(low!)} (n = ${test.nY}): U = ${test.u}, p ${pValue(test.p)} (${test.method})`,
        `AUC ${interval(auc)} (${auc.method})`,
      ],
      warnings: auc.warnings ?? [],
      dropped: rows.dropped,
    };
  },
};

export const GROUP_METHODS: Record<string, Method> = { mannwhitney };
