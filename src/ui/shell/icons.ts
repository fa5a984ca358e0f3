/** The signs of the sections and the themes: strokes on a field of 20 × 20. */
import type { SectionName } from '../../app/sections';
import type { Theme } from '../../app/settings.svelte';

export const SECTION_ICONS: Readonly<Record<SectionName, string>> = {
  start: 'M3 9.500 10 3.500l7 6M5 8.200V16.500h10V8.200M8.300 16.500v-4.500h3.400v4.500',
  data: 'M10 3.500v3.500M10 7 5 10.500M10 7l5 3.500M5 10.500v3M15 10.500v3M3.500 13.500h3v3h-3zM13.500 13.500h3v3h-3z',
  model: 'M10 2.800 17 6.500 10 10.200 3 6.500zM3 10l7 3.700L17 10M3 13.500l7 3.700 7-3.700',
  experiment: 'M4 5.500h7M14 5.500h2M4 10h2M9 10h7M4 14.500h7M14 14.500h2M12.500 4v3M7.500 8.500v3M12.500 13v3',
  run: 'M6 4.200v11.600L16 10z',
  results: 'M3.500 3.500v13h13M6 6.500h3.500V10H13v3.500h3.500',
  compare: 'M3.500 15.500c3-8 5-8 7-4.500s4 1 6-6.500M3.500 11c3-3 5-3.500 7-2s4 2.500 6 2.500',
  lessons:
    'M10 5.500C8 4 5.500 3.800 3 4v11.500c2.500-.2 5 0 7 1.500 2-1.500 4.500-1.700 7-1.500V4c-2.500-.2-5 0-7 1.500zM10 5.500V17',
  storage: 'M3.500 5h13v3.500h-13zM4.500 8.500v7.500h11V8.500M8 11.500h4',
  gallery: 'M3.500 3.500h5.500V9H3.500zM11 3.500h5.500V9H11zM3.500 11h5.500v5.500H3.500zM11 11h5.500v5.500H11z',
};

export const THEME_ICONS: Readonly<Record<Theme, string>> = {
  system: 'M3 4.500h14v9.500H3zM7.500 16.500h5M10 14v2.500',
  light:
    'M10 6.800a3.200 3.200 0 1 0 0 6.400a3.200 3.200 0 1 0 0-6.400M10 2.500v1.800M10 15.700v1.800M2.500 10h1.800M15.700 10h1.800M4.700 4.700l1.300 1.300M14 14l1.300 1.300M4.700 15.300l1.300-1.300M14 6l1.300-1.300',
  dark: 'M16.500 12A7 7 0 1 1 8 3.500a5.600 5.600 0 0 0 8.500 8.500z',
};
