/** What a setting is called, by its dotted path. Pure. */
import { FIELDS, GROUPS, type SpecField, type SpecGroup } from '../../spec';

export function controlLabel(field: string): string {
  return (FIELDS[field as SpecField] ?? GROUPS[field as SpecGroup]).label;
}
