/**
 * Names of made-up clinical findings: a qualifier, an adjective of an organ that does not exist, a kind of finding.
 *
 * Three words, because a word that always stands alone has the same tokens everywhere: what its letters or its place in a
 * code are can be learned from some names and used for others.
 */
import type { NameStyle } from './types';

const QUALIFIERS = (
  'acquired basal bilateral central chronic cyclic diffuse distal early episodic fixed focal granular hollow inner ' +
  'isolated juvenile lateral linear marginal mild mobile nested nodular outer partial patchy posterior primary proximal ' +
  'recurrent residual rigid secondary segmental silent sparse stable striped terminal transient upper vertical zonal'
).split(' ');

const ADJECTIVES = (
  'alvomic brastal brelnic calvoric cestral delphoric dormatic endrostal erbonic faltric fenoral galmic gelstoral ' +
  'hastroric hulvenic istronal jorvic kalmatral kelvoric lastric lovenal malvic mestoral nardic nelvoral olbric ' +
  'ostrenal palvoric pestral quelmic ralvostic rendoral salmoric sestral talvic tendroral ulvenic umbrolic valstic ' +
  'vendroral welmic xalvoral yestric zalmoric zendral'
).split(' ');

const FINDINGS = (
  'agenesis atrophy bleeding cyst defect degeneration dilation edema erosion fibrosis fissure fusion hernia hyperplasia ' +
  'induration inflammation itching laxity lesion mass necrosis neuralgia obstruction pallor polyp prolapse rigidity ' +
  'rupture sclerosis spasm stenosis swelling thickening tremor ulcer weakness'
).split(' ');

export const finding: NameStyle = {
  description: 'Made-up clinical findings such as “focal brelnic stenosis”.',
  slots: [QUALIFIERS, ADJECTIVES, FINDINGS],
  join: (parts) => parts.join(' '),
};
