/** The component of each section, fetched when it is first shown. */
import type { Component } from 'svelte';
import type { Lab } from '../../app/lab';
import type { SectionName } from '../../app/sections';

type Section = Component<{ lab: Lab }>;

export const SECTION_COMPONENTS: Readonly<Record<SectionName, () => Promise<{ default: Section }>>> = {
  start: () => import('./StartSection.svelte'),
  data: () => import('./DataSection.svelte'),
  model: () => import('./ModelSection.svelte'),
  experiment: () => import('./ExperimentSection.svelte'),
  run: () => import('./RunSection.svelte'),
  results: () => import('./ResultsSection.svelte'),
  compare: () => import('./CompareSection.svelte'),
  lessons: () => import('./LessonsSection.svelte'),
  storage: () => import('./StorageSection.svelte'),
  gallery: () => import('./GallerySection.svelte'),
};
