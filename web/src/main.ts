/** The playground's page: takes a model, has the worker compile it, shows what became of it. */
import 'virtual:report.css';
import './style.css';
import './views/index.js';
import { call, compiler, Stopped, stop } from './compiler.js';
import { byId, make, save } from './dom.js';
import { showFiles } from './files-view.js';
import { isModelName, type ModelFile } from './model-file.js';
import { calibrationOf, configOf, fillForm, giveImages, imageCount, preprocessingOf } from './plan-form.js';
import { fetchBytes, SAMPLES, type Sample } from './samples.js';
import { clearError, say, sayError, sayStage, sayTrouble } from './status.js';
import type { Built, CompileJob, Outcome } from './worker.js';

let model: ModelFile | undefined;
let built: Built | undefined;
let job: CompileJob | undefined;

const compileButton = byId<HTMLButtonElement>('compile');
const stopButton = byId<HTMLButtonElement>('stop');

/** What a user does runs here: one thing at a time, and whatever goes wrong is said. */
async function act(work: () => Promise<void>): Promise<void> {
  clearError();
  document.body.setAttribute('aria-busy', 'true');
  compileButton.disabled = true;
  stopButton.hidden = false;
  try {
    await work();
  } catch (error) {
    if (error instanceof Stopped) say('Stopped.');
    else {
      say('');
      sayTrouble(error);
    }
  } finally {
    document.body.removeAttribute('aria-busy');
    compileButton.disabled = model === undefined;
    stopButton.hidden = true;
  }
}

/** The value, or null after its error was said. */
function accept<T>({ value, error }: Outcome<T>): T | null {
  if (error) {
    say('');
    sayError(error);
  }
  return value;
}

async function take(file: ModelFile): Promise<void> {
  model = undefined;
  byId('model').replaceChildren();
  say(`Reading ${file.name} …`);
  const opened = accept(await call((c) => c.open(file), sayStage));
  if (!opened) return;
  model = file;
  const facts = make('p', {
    textContent: `${file.name}: input ${opened.input}, ${opened.layers} operations (${opened.operations}).`,
  });
  const notes = make('ul');
  notes.append(...opened.notes.map((text) => make('li', { textContent: text })));
  byId('model').replaceChildren(facts, ...(opened.notes.length > 0 ? [notes] : []));
  say('Ready to compile.');
}

async function takeSample(sample: Sample): Promise<void> {
  const images = await fetchBytes(sample.images.address);
  giveImages([new File([images as BlobPart], sample.images.name)], "the sample's images");
  await take({ name: sample.name, bytes: await fetchBytes(sample.address) });
}

async function takeFiles(files: readonly File[]): Promise<void> {
  const file = files.find((f) => isModelName(f.name));
  const images = files.filter((f) => f !== file);
  if (images.length > 0)
    giveImages(images, images.length === 1 ? images[0].name : `${images.length} pictures`);
  if (file) await take({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
}

async function compileModel(): Promise<void> {
  if (!model) return;
  const file = { ...model, ...preprocessingOf() };
  const todo = { file, config: configOf(), calibration: await calibrationOf(), imageCount: imageCount() };
  const started = performance.now();
  const result = accept(await call((c, onStage) => c.compile(todo, onStage), sayStage));
  if (!result) return;
  [job, built] = [todo, result];
  show(result);
  say(`Compiled in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  byId('results').focus();
}

function show({ parts, files, name }: Built): void {
  const [headline, ...sections] = parts;
  byId('headline').innerHTML = headline?.html ?? '';
  byId('parts').replaceChildren(
    ...sections.map(({ id, title, html }) => {
      const section = make('section', { id });
      section.setAttribute('aria-labelledby', `${id}-title`);
      section.innerHTML = html;
      section.prepend(make('h2', { id: `${id}-title`, textContent: title }));
      return section;
    }),
  );
  const links = [
    ...sections,
    { id: 'front', title: 'Pareto front' },
    { id: 'files', title: 'Generated files' },
  ];
  byId('contents').replaceChildren(
    ...links.map(({ id, title }) => {
      const item = make('li');
      item.append(make('a', { href: `#${id}`, textContent: title }));
      return item;
    }),
  );
  byId('front-body').replaceChildren();
  byId('results').hidden = false;
  const top = `rtl/${name}.v`;
  showFiles(files, files.some((f) => f.path === top) ? top : files[0]?.path);
}

async function searchFront(): Promise<void> {
  if (!job) return;
  const todo = job;
  const svg = accept(await call((c, onStage) => c.explore(todo, onStage), sayStage));
  if (svg === null) return;
  const image = make('img', { alt: 'Frames a second against DSPs, LUTs and block RAMs: the Pareto front' });
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  const scroll = make('div', { className: 'scroll', tabIndex: 0 });
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'The front, drawn');
  scroll.append(image);
  byId('front-body').replaceChildren(scroll);
  say('The front is drawn.');
}

async function introduce(): Promise<void> {
  const { version, devices } = await call((c) => c.about(), sayStage);
  fillForm(devices);
  byId('version').textContent = version;
}

function wire(): void {
  byId('samples').append(
    ...SAMPLES.map((sample) => {
      const button = make('button', { type: 'button', textContent: sample.title });
      button.addEventListener('click', () => act(() => takeSample(sample)));
      return button;
    }),
  );
  byId<HTMLInputElement>('model-file').addEventListener('change', (event) => {
    const files = [...((event.target as HTMLInputElement).files ?? [])];
    void act(() => takeFiles(files));
  });
  addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dragging');
  });
  addEventListener('dragleave', () => document.body.classList.remove('dragging'));
  addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dragging');
    const files = [...(event.dataTransfer?.files ?? [])];
    void act(() => takeFiles(files));
  });
  byId('plan').addEventListener('submit', (event) => {
    event.preventDefault();
    void act(compileModel);
  });
  stopButton.addEventListener('click', stop);
  byId('explore').addEventListener('click', () => act(searchFront));
  byId('download').addEventListener('click', async () => {
    save(`${built?.name}.zip`, 'application/zip', (await compiler().zip()) as BlobPart);
  });
  byId('save-report').addEventListener('click', async () => {
    save(`${built?.name}.html`, 'text/html', await compiler().page());
  });
  // The mode of the build, and not NODE_ENV, which is the caller's and decides PROD.
  if ('serviceWorker' in navigator && import.meta.env.MODE === 'production')
    navigator.serviceWorker.register(new URL('./service-worker.js', document.baseURI)).catch(() => {
      // Without one (a plain http address of another machine) the page works while its server does.
    });
}

wire();
void act(introduce);
