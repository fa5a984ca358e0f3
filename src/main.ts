/** The page's entry: stores, component, and the last run from this browser. */
import { mount } from 'svelte';
import { createLab } from './app/lab';
import App from './ui/App.svelte';
import './ui/base.css';

const lab = createLab();
mount(App, { target: document.getElementById('app')!, props: { lab } });
void lab.session.start();
void lab.restore();
void lab.bundled.start();
void lab.models.start();
void lab.presets.start();
void lab.bundledStudies.start();
void lab.bundledWorlds.start();
