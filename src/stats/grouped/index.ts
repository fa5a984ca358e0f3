/** Grouped time. */
export {
  groupedTimeFit,
  personPeriods,
  type GroupedData,
  type GroupedFit,
  type GroupedOptions,
  type GroupedTerm,
  type PersonPeriods,
} from './grouped-time';
export { LINKS, type Link } from './links';
