/**
 * Text per language: a template takes nothing but numbers and text of its own language, whatever the types were
 * talked into; comments stay comments; nobody else makes texts or compiles templates.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/hls-gen/render.js';
import { loadAssets, PACKAGE_ROOT } from '../../src/io/assets.js';
import { comment, documentOf } from '../../src/text/comment.js';
import { html } from '../../src/text/html.js';
import { markdown } from '../../src/text/markdown.js';
import { cppString, tclString, yamlScalar } from '../../src/text/strings.js';
import { tcl, verilog } from '../../src/text/text.js';
import { identifier, path, word } from '../../src/text/words.js';
import { diagnosticOf } from '../support/errors.js';

const made = (template: string, view: object): string =>
  render(new Map([['x.v.hbs', template]]), 'x.v.hbs', view as Record<string, number>);
const refused = (action: () => unknown): string => diagnosticOf(action).found;

describe('render', () => {
  it('places numbers and texts of the language', () => {
    const view = { n: 3, name: identifier('net'), list: [{ x: verilog`${1}'b0` }], yes: true };
    expect(made('{{name}}[{{n}}]{{#if yes}}{{#each list}} {{x}}{{/each}}{{/if}}', view)).toBe("net[3] 1'b0");
  });

  it.each([
    ['a string', { x: 'net' }],
    ['a string in a list', { x: [['net']] }],
    ['text of another language', { x: tcl`net` }],
    ['NaN', { x: Number.NaN }],
    ['an object with toString', { x: 5n }],
    ['nothing', { x: undefined }],
  ])('refuses %s in a view', (_, view) => {
    expect(refused(() => made('{{x}}', view))).toMatch(/verilog/);
  });

  it.each(['{{{x}}}', '{{&x}}', '{{> x}}', '{{x y}}', '{{#with x}}{{/with}}', '{{#if x}}{{{x}}}{{/if}}'])(
    'refuses %s in a template',
    (template) => {
      expect(refused(() => made(template, { x: 1, y: 2 }))).toMatch(/\{\{/);
    },
  );

  it('refuses a text of comments that a template places in code', () => {
    expect(made('// {{x}}\nwire a; // {{x}}', { x: comment('the model') })).toContain(
      '// the model\nwire a;',
    );
    expect(refused(() => made('// a\n{{x}}', { x: comment('the model') }))).toMatch(/comment/);
    expect(refused(() => documentOf('markdown', markdown`${comment('x') as never}`))).toMatch(/markdown/);
  });
});

describe('texts', () => {
  it('of comments hold nothing that ends one, continues a line or cannot be seen', () => {
    expect(documentOf('verilog', verilog`// ${comment('a\nb*/c\\"??/`\u202e\u0000é\ud800/*d')}`)).toBe(
      '// a<U+000A>b<U+002A>/c<U+005C><U+0022>?<U+003F>/<U+0060><U+202E><U+0000><U+00E9><U+D800>/<U+002A>d',
    );
  });

  it('of comments are bounded', () => {
    expect(documentOf('tcl', tcl`# ${comment('x'.repeat(10_000))}`).length).toBeLessThan(200);
  });

  it('are whole literals, quotes included', () => {
    expect(tclString('a[exec x]$b{"\\\n').in('tcl')).toBe('"a\\[exec x\\]\\$b\\{\\"\\\\<U+000A>"');
    expect(cppString('a"\\??/\n').in('cpp')).toBe('"a\\"\\\\?\\?/<U+000A>"');
    expect(yamlScalar('blnet:a:b:0.1.0').in('yaml')).toBe('blnet:a:b:0.1.0');
    for (const odd of ['true', 'No', '1.5', 'a: b', '- x', '', '~', '#', 'a b', '12:30', '.inf', 'x:'])
      expect(yamlScalar(odd).in('yaml')).toBe(JSON.stringify(odd));
    expect(html`<b title="${`"'<&`}">${'</script>'}</b>`.in('html')).toBe(
      '<b title="&quot;&#39;&lt;&amp;">&lt;/script&gt;</b>',
    );
  });

  it('refuse words, paths and identifiers of strangers', () => {
    for (const bad of ['', 'a b', 'a;b', '$a', 'a\n', '-a', '../x.v', 'a/../b.v', '/a.v', 'a//b.v', 'é']) {
      expect(() => identifier(bad)).toThrow(/BLN901/);
      expect(() => path(bad)).toThrow(/BLN901/);
      expect(() => word(bad)).toThrow(/BLN901/);
    }
  });
});

describe('sources', () => {
  const files = readdirSync(join(PACKAGE_ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((f) =>
    f.endsWith('.ts'),
  );
  const holding = (pattern: RegExp): string[] =>
    files.filter((f) => pattern.test(readFileSync(join(PACKAGE_ROOT, 'src', f), 'utf8'))).sort();

  it('make texts only where escaping is at home, and compile templates in one place', () => {
    expect(holding(/new Text\(/).filter((f) => !f.startsWith('text/'))).toEqual(['hls-gen/render.ts']);
    expect(holding(/from 'handlebars'/)).toEqual(['hls-gen/render.ts']);
  });

  it('hold no template with a raw place', () => {
    for (const [name, text] of loadAssets().templates) expect(text, name).not.toMatch(/\{\{\{|\{\{&/);
  });
});
