/** The generated files: a list that can be searched, and the text of one of them. */
import { compiler } from './compiler.js';
import { byId, make } from './dom.js';
import { highlighted } from './highlight.js';
import type { BuiltFile } from './worker.js';

/** Longer texts are cut; the download has them whole. */
const MOST_SHOWN = 400_000;
const BINARY = /\.(onnx|tflite|bin)$/;

const list = byId('file-list');
const find = byId<HTMLInputElement>('find-file');

export function showFiles(files: readonly BuiltFile[], first: string | undefined): void {
  list.replaceChildren(
    ...files.map(({ path, bytes }) => {
      const button = make('button', { type: 'button', textContent: path });
      button.dataset.path = path;
      button.append(make('small', { textContent: ` ${bytes.toLocaleString('en-US')} bytes` }));
      return button;
    }),
  );
  find.value = '';
  if (first !== undefined) void showFile(first);
}

async function showFile(path: string): Promise<void> {
  for (const button of list.querySelectorAll('button'))
    button.setAttribute('aria-pressed', String(button.dataset.path === path));
  const bytes = await compiler().file(path);
  const code = byId('file-text');
  byId('file-name').textContent = path;
  if (BINARY.test(path)) {
    code.textContent = `${bytes.length.toLocaleString('en-US')} bytes that are no text; the download has them.`;
    return;
  }
  const text = new TextDecoder().decode(bytes);
  const shown =
    text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n[cut here; the download has it whole]` : text;
  const coloured = highlighted(path, shown);
  if (coloured === undefined) code.textContent = shown;
  else code.innerHTML = coloured;
}

list.addEventListener('click', (event) => {
  const path = (event.target as Element).closest('button')?.dataset.path;
  if (path !== undefined) void showFile(path);
});

find.addEventListener('input', () => {
  for (const button of list.querySelectorAll('button'))
    button.hidden = !button.dataset.path?.includes(find.value.trim());
});
