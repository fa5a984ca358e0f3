/** Grouped time. */
export { groupedTimeFit, type GroupedFit, type GroupedOptions, type GroupedTerm } from './grouped-time';
export type { GroupedData } from './binomial-rows';
export { personPeriods, type PersonPeriods } from './person-periods';
export { LINKS, type Link } from './links';
