/**
 * The stores of the page, wired to the browser: the one place where they meet.
 *
 * Must not know: components.
 */
import { pageAddress, pageHistory } from '../platform/address';
import { fetchBeside } from '../platform/beside';
import { readCapability } from '../platform/capability';
import { wallClock } from '../platform/clock';
import { download } from '../platform/download';
import { acquireRunLock, heldRuns, withPretrainingLock, withStudyLock } from '../platform/lock';
import { applyUpdate, dropOffline, keepOffline, offlineAvailable, savesData } from '../platform/offline/offline';
import { persistStorage, storageRoom } from '../platform/quota';
import type { PickedFile } from '../platform/folder';
import { newRunKey, PRETRAINING_DATABASE, RunStorage } from '../platform/storage';
import { StudyStorage } from '../platform/study-storage';
import { newSeed } from '../platform/seed';
import { WakeLock } from '../platform/wake-lock';
import { createLabWorker, LabClient } from '../worker/client';
import { isLeftOut, runFileIdentities, type PairTexts } from '../records';
import type { Preset } from '../spec';
import { ActivityStore } from './activity.svelte';
import { AnalysisStore } from './analyses.svelte';
import { BundledOntologies } from './bundled.svelte';
import { BundledModels } from './bundled-models.svelte';
import { BundleStore } from './bundles.svelte';
import { CompareStore } from './compare.svelte';
import { Continuing } from './continuing.svelte';
import { CovariateTables } from './covariates.svelte';
import { DataStore } from './data.svelte';
import { DraftKeeper } from './draft';
import { GalleryStore } from './gallery.svelte';
import { chartFileName, fileStem, listedFiles, wholeRun, type ChartFile, type ListedFile } from './exports';
import { Inputs } from './inputs';
import { LessonLab } from './lessons/lesson-lab.svelte';
import { LessonStore } from './lessons/lessons.svelte';
import { Keeping } from './keeping.svelte';
import { LinkStore, type LinkStanding } from './link.svelte';
import { Navigation } from './navigation.svelte';
import { NeededFiles } from './needed-files.svelte';
import { DeviceCheckStore } from './device-check.svelte';
import { OfflineStore } from './offline.svelte';
import { PresetStore } from './presets.svelte';
import { RaceStore } from './race.svelte';
import { RecordedList } from './recorded.svelte';
import { RecordedStudies } from './recorded-studies.svelte';
import { RemoteModels } from './remote-models.svelte';
import { ResultsView } from './results-view.svelte';
import { RunStyles } from './run-style';
import { RunStore, type Records } from './runs.svelte';
import { SelectionStore } from './selection.svelte';
import { LabSession, type ChosenFiles } from './session.svelte';
import { SettingsStore } from './settings.svelte';
import { Shelf } from './shelf.svelte';
import { SpecStore } from './spec.svelte';
import { SpecHistory } from './spec-history.svelte';
import { SpeedStore } from './speed.svelte';
import { StartStore } from './start.svelte';
import { BundledStudies } from './bundled-studies.svelte';
import { BundledWorlds } from './bundled-worlds.svelte';
import { PretrainConfigStore } from './pretrain-config.svelte';
import { PretrainingStore } from './pretraining.svelte';
import { StudyBuilder } from './study-builder.svelte';
import { StudyStore } from './studies.svelte';
import { WorldStore } from './world.svelte';

/** What undo gives back beside the settings. */
interface SettingsStanding {
  link: LinkStanding;
  preset: Preset | null;
  covariates: ChosenFiles['covariates'];
}

export interface Lab {
  navigation: Navigation;
  gallery: GalleryStore;
  session: LabSession;
  data: DataStore;
  bundled: BundledOntologies;
  bundles: BundleStore;
  compare: CompareStore;
  shelf: Shelf;
  spec: SpecStore;
  runs: RunStore;
  race: RaceStore;
  activity: ActivityStore;
  settings: SettingsStore;
  inputs: Inputs;
  continuing: Continuing;
  covariates: CovariateTables;
  link: LinkStore;
  needed: NeededFiles;
  presets: PresetStore;
  history: SpecHistory<SettingsStanding>;
  speed: SpeedStore;
  studies: StudyStore;
  studyBuilder: StudyBuilder;
  bundledStudies: BundledStudies;
  models: BundledModels;
  remote: RemoteModels;
  start: StartStore;
  lessons: LessonStore;
  lessonLab: LessonLab;
  recordedStudies: RecordedStudies;
  world: WorldStore;
  bundledWorlds: BundledWorlds;
  pretrainConfig: PretrainConfigStore;
  pretraining: PretrainingStore;
  offline: OfflineStore;
  deviceCheck: DeviceCheckStore;
  keeping: Keeping;
  analyses: AnalysisStore;
  resultsView: ResultsView;
  selection: SelectionStore;
  /** The settings of this browser and its last run; a link in the address wins over them. */
  restore(): Promise<void>;
  /** Keeps the page's own settings for the next visit; those of a link only once they are accepted. */
  keepSettings(): void;
  /** A link to the settings, in the clipboard where the browser allows it; null where there is none. */
  copyLink(): Promise<{ link: string; copied: boolean } | null>;
  /** Takes over the settings of the run on show. */
  adoptShown(): void;
  files(): ListedFile[];
  /** False where the browser does not let the page write to the clipboard. */
  copyText(text: string): Promise<boolean>;
  /** @param of whose picture it is, for its name; the run on show where nothing is said */
  saveChart(file: ChartFile, of?: string): void;
  saveRecord(path: string): Promise<void>;
  /** The log of the live run, as a table. */
  saveLog(text: string): void;
  /** The whole run as a bundle, its pairs left out or not; of an opened bundle that is so the very file. */
  saveZip(pairs: PairTexts): Promise<void>;
  /** Shows the texts that were left out of the run on show, from its ontology: a file, or the one that is chosen. */
  putBackTexts(file: File | null): Promise<void>;
}

export function createLab(): Lab {
  const spec = new SpecStore();
  const storage = new RunStorage<Records>();
  const runs = new RunStore(storage);
  const client = new LabClient(createLabWorker());
  const bundled = new BundledOntologies(fetchBeside);
  const activity = new ActivityStore(runs, wallClock);
  const session = new LabSession(
    {
      lab: client,
      watcher: activity,
      readCapability: () => readCapability(),
      newKey: newRunKey,
      newSeed,
      lockRun: acquireRunLock,
      wakeLock: new WakeLock(),
      persistStorage,
    },
    spec,
    runs,
  );
  const studies = new StudyStore(
    {
      calls: client.studies,
      storage: new StudyStorage(),
      newKey: newRunKey,
      withStudyLock,
      wakeLock: new WakeLock(),
      persistStorage,
      download,
    },
    session,
    runs,
  );
  const fail = (thrown: unknown) => session.fail(thrown);
  const bundles = new BundleStore(client.bundles, runs, newRunKey, fail);
  const shelf = new Shelf(
    { storage, room: storageRoom, persist: persistStorage, clock: wallClock, lockRun: acquireRunLock, heldRuns },
    runs,
  );
  const hash = (file: PickedFile) => client.bundles.identify(file);
  const needed = new NeededFiles(session, hash);
  const link = new LinkStore(pageAddress, session, spec, needed);
  const presets = new PresetStore(fetchBeside, spec, link);
  const covariates = new CovariateTables(client.data, session);
  const history = new SpecHistory<SettingsStanding>(spec, {
    get: () => ({ link: link.standing, preset: presets.chosen, covariates: session.covariates }),
    set: (standing) => {
      link.stand(standing.link);
      presets.chosen = standing.preset;
      covariates.stand(standing.covariates);
    },
  });
  const world = new WorldStore({
    calls: client.worlds,
    openOntology: (entry) => bundled.open(entry),
    download,
  });
  const pretrainConfig = new PretrainConfigStore({ calls: client.pretraining, download });
  const pretraining = new PretrainingStore(
    {
      calls: client.pretraining,
      storage: new RunStorage(PRETRAINING_DATABASE),
      newKey: newRunKey,
      withPretrainingLock,
      wakeLock: new WakeLock(),
      persistStorage,
      download,
      adopt: (settings, name) => link.take({ from: 'pretrained model', name, spec: settings, files: [] }),
    },
    session,
    world,
    pretrainConfig,
  );
  const localStorage = localStorageIfAllowed();
  const drafts = new DraftKeeper(localStorage);
  const models = new BundledModels((path) => fetchBeside(path, 'model.path'), hash, session, link);
  const remote = new RemoteModels({ calls: client.models, storage: localStorage, persistStorage }, session);
  const recorded = new RecordedList(fetchBeside, hash);
  const start = new StartStore({
    ...{ session, runs, link, models, recorded, storage: localStorage },
    open: (file) => client.bundles.open(file),
    elsewhere: () => studies.state !== null || world.draft !== null || pretraining.key !== null,
  });
  const offline = new OfflineStore({
    ...{ available: offlineAvailable, savesData, keep: keepOffline, drop: dropOffline, applyUpdate },
    storage: localStorage,
  });
  let restored = false;
  const stem = () => fileStem(runs.title ?? 'run');
  const save = async (path: string | null, pairs: PairTexts = 'kept') => {
    const run = wholeRun(runs);
    if (run === null) return;
    try {
      if (path === null) download(`${stem()}.zip`, 'application/zip', (await client.bundles.pack(run, pairs)).bytes);
      else
        download(path.replaceAll('/', '-'), 'application/octet-stream', (await client.bundles.encode(run, path)).bytes);
    } catch (thrown) {
      fail(thrown);
    }
  };
  return {
    navigation: new Navigation(pageHistory),
    gallery: new GalleryStore(fetchBeside, (file) => client.bundles.open(file)),
    session,
    data: new DataStore(client.data),
    bundled,
    bundles,
    compare: new CompareStore({
      ...{ runs, bundles, recorded, styles: new RunStyles(localStorage) },
      load: (key) => storage.load(key),
      hash,
      openRecorded: async (run) => (await start.opened(run)).run,
    }),
    shelf,
    spec,
    runs,
    race: new RaceStore(runs),
    activity,
    settings: new SettingsStore(localStorage),
    link,
    needed,
    presets,
    history,
    speed: new SpeedStore({ time: () => client.data.time(), storage: localStorage, clock: wallClock }, session),
    studies,
    studyBuilder: new StudyBuilder(spec),
    bundledStudies: new BundledStudies(fetchBeside),
    models,
    remote,
    start,
    lessons: new LessonStore({ get: fetchBeside, recorded, records: async (run) => (await start.opened(run)).run }),
    lessonLab: new LessonLab({ session, runs, link, models, worlds: client.worlds, model: () => start.model }),
    recordedStudies: new RecordedStudies(recorded, download),
    world,
    bundledWorlds: new BundledWorlds(fetchBeside),
    pretrainConfig,
    pretraining,
    offline,
    keeping: new Keeping({
      ...{ session, runs, shelf, studies, pretraining, remote, offline, storage: localStorage, download },
      pack: (key) => client.studies.bundle(key),
    }),
    deviceCheck: new DeviceCheckStore({ calls: client.devices, copy: pageAddress.copy, download }, session),
    analyses: new AnalysisStore(client.analyses),
    resultsView: new ResultsView(),
    selection: new SelectionStore(),
    inputs: new Inputs(session, bundled, bundles, needed),
    continuing: new Continuing(session, runs, models, needed),
    covariates,
    restore: async () => {
      await shelf.start();
      const own = drafts.load();
      // With a link, the last run is not what the page was opened for: it stays on the list.
      await (link.called ? runs.refresh() : runs.restore());
      await (link.called ? studies.refresh() : studies.restore());
      await (link.called ? pretraining.refresh() : pretraining.restore());
      const settings = own ?? runs.manifest?.spec;
      if (settings) spec.adopt(settings);
      // What was here before the visit is where going back ends; a link's settings can be gone back from.
      history.begin();
      link.start();
      restored = true;
      // What the page shows comes first, what it may need without a network after it.
      void start.begin().finally(() => void offline.start());
    },
    keepSettings: () => {
      if (restored && link.foreign === null && spec.valid !== null) drafts.save(spec.valid);
    },
    copyLink: async () => {
      try {
        const text = link.present();
        return { link: text, copied: await pageAddress.copy(text) };
      } catch (thrown) {
        fail(thrown);
        return null;
      }
    },
    adoptShown: () => {
      const { manifest } = runs;
      if (manifest === null) return;
      link.take({ from: 'run', name: runs.title!, spec: manifest.spec, files: runFileIdentities(manifest) });
    },
    files: () => listedFiles(runs),
    copyText: (text) => pageAddress.copy(text),
    saveChart: ({ name, type, content }, of) =>
      download(chartFileName(of === undefined ? stem() : fileStem(of), name), type, content),
    saveRecord: (path) => save(path),
    saveLog: (text) => download(`${fileStem(activity.title ?? 'run')}-log.csv`, 'text/csv', text),
    saveZip: async (pairs) => {
      const shown = bundles.shown ?? start.shown;
      const asItIs = shown !== null && (pairs === 'left-out') === isLeftOut(shown.run.manifest);
      if (asItIs) download(shown.file.path, 'application/zip', shown.file.file);
      else await save(null, pairs);
    },
    putBackTexts: async (file) => {
      const { key, manifest, facts } = runs;
      const from = file === null ? session.ontology : { path: file.name, file };
      if (manifest === null || from === null) return;
      try {
        session.dismissError();
        const hashes = [...new Set(facts.flatMap(({ pair }) => pair ?? []))];
        const texts = await client.data.pairTexts({ file: from, manifest, hashes });
        if (runs.key === key) runs.putBack(texts);
      } catch (thrown) {
        fail(thrown);
      }
    },
  };
}

/** Reading the property alone throws where storage is switched off. */
function localStorageIfAllowed(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
