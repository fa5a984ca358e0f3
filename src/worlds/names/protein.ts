/** Names of made-up proteins: a stem that does not exist, what it does, which member it is. Three words, as in `finding`. */
import type { NameStyle } from './types';

const STEMS = (
  'abrelin altovin brimosin bulterin cladovin corelin darvosin delmotin elborin estavin fermosin folterin grelovin ' +
  'gurmotin hestorin holvasin ilmerin iskovin jeltosin jurborin kelmovin krastorin lemborin lurvotin mestovin molbrin ' +
  'nelkosin nuvtorin olmerin orvasin pelgrotin prumovin quastorin rilmosin rovterin selbrotin sturvin talgosin trelmovin ' +
  'ulgrosin urvetin velmorin vorstin wulmerin xelborin yormotin zelgrovin zurmesin'
).split(' ');

const ROLES = (
  'activator adaptor binder carrier chaperone clamp coupler docker effector exchanger factor gate guide helicase hub ' +
  'inhibitor isomerase joiner kinase ligase linker mediator motor oxidase pore pump receptor regulator repressor scaffold ' +
  'sensor shuttle stabilizer subunit tether transporter trimmer unwinder vector wrapper'
).split(' ');

const MEMBERS = (
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi ' +
  'omega'
).split(' ');

export const protein: NameStyle = {
  description: 'Made-up proteins such as “krastorin kinase beta”.',
  slots: [STEMS, ROLES, MEMBERS],
  join: (parts) => parts.join(' '),
};
