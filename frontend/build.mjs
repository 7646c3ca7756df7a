// Copies and bundles third-party front-end files into the static resources of ops-web.
// Run by hand after a version in package.json changes: npm install && npm run build
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const target = join(here, '../ops-web/src/main/resources/static');
const vendor = join(target, 'vendor');
const fonts = join(vendor, 'fonts');

rmSync(vendor, { recursive: true, force: true });
mkdirSync(fonts, { recursive: true });
mkdirSync(join(target, 'css'), { recursive: true });

// Scripts and styles
const copies = {
  'tabler.min.css': '@tabler/core/dist/css/tabler.min.css',
  'htmx.min.js': 'htmx.org/dist/htmx.min.js',
  'tom-select.min.js': 'tom-select/dist/js/tom-select.complete.min.js',
  'tom-select.min.css': 'tom-select/dist/css/tom-select.bootstrap5.min.css',
};
for (const [name, from] of Object.entries(copies)) {
  const text = readFileSync(join(modules, from), 'utf8');
  writeFileSync(join(vendor, name), text.replace(/\n?(\/\/# sourceMappingURL=.*|\/\*# sourceMappingURL=.*?\*\/)\s*$/, '\n'));
}
await build({ entryPoints: [join(modules, 'htmx-ext-sse/sse.js')], minify: true, outfile: join(vendor, 'htmx-sse.min.js'), legalComments: 'none' });
await build({
  entryPoints: [join(here, 'echarts.js')], bundle: true, minify: true, format: 'iife', target: 'es2020',
  outfile: join(vendor, 'echarts.min.js'), legalComments: 'none',
});

// Fonts. Both faces keep the family names used in app.css, with font files beside the other third-party files.
function faces(pkg, css, family) {
  const text = readFileSync(join(modules, pkg, css), 'utf8');
  return [...text.matchAll(/\/\*\s*([^*]+?)\s*\*\/\s*@font-face\s*\{([^}]*)\}/g)].map(([, name, body]) => {
    const file = /url\(\.\/files\/([^)]+\.woff2)\)/.exec(body)[1];
    const range = /unicode-range:\s*([^;]+);/.exec(body)?.[1];
    const weight = /font-weight:\s*([^;]+);/.exec(body)[1];
    return { name, file, range, weight, family, from: join(modules, pkg, 'files', file) };
  });
}
const inter = faces('@fontsource-variable/inter', 'index.css', 'Inter').filter((f) => f.file === 'inter-latin-wght-normal.woff2');
const noto = faces('@fontsource-variable/noto-sans-sc', 'index.css', 'Noto Sans SC Web')
  .filter((f) => !/-(latin|latin-ext|cyrillic|vietnamese)-/.test(f.file));
let css = '/* Written by frontend/build.mjs. Inter (latin) and Noto Sans SC in unicode-range slices; both SIL OFL 1.1. */\n';
for (const f of [...inter, ...noto]) {
  cpSync(f.from, join(fonts, f.file));
  css += `@font-face{font-family:"${f.family}";font-style:normal;font-display:swap;font-weight:${f.weight};`
    + `src:url(../vendor/fonts/${f.file}) format("woff2");unicode-range:${f.range}}\n`;
}
writeFileSync(join(target, 'css/fonts.css'), css);

// Icon sprite: one symbol per name in icons.txt
const names = readFileSync(join(here, 'icons.txt'), 'utf8').split(/\s+/).filter(Boolean);
const missing = names.filter((n) => !existsSync(join(modules, '@tabler/icons/icons/outline', `${n}.svg`)));
if (missing.length) throw new Error(`No such icon: ${missing.join(', ')}`);
const symbols = [...new Set(names)].sort().map((n) => {
  const svg = readFileSync(join(modules, '@tabler/icons/icons/outline', `${n}.svg`), 'utf8');
  const body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
    .replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>').replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\/>/, '');
  return `<symbol id="${n}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
});
writeFileSync(join(target, 'icons.svg'), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);

// Licences
const packages = ['@tabler/core', '@tabler/icons', 'bootstrap', '@popperjs/core', 'htmx.org', 'htmx-ext-sse',
  'echarts', 'zrender', 'tslib', 'tom-select', '@orchidjs/sifter', '@orchidjs/unicode-variants',
  '@fontsource-variable/inter', '@fontsource-variable/noto-sans-sc'];
// Packages that ship without a licence file or field of their own
const stated = {
  '@tabler/core': 'Copyright (c) 2018-2026 The Tabler Authors\nCopyright (c) 2018-2026 codecalm.net Paweł Kuna\nMIT licence, same text as for @tabler/icons below.',
  '@orchidjs/sifter': 'Copyright (c) 2013-2020 Brian Reavis\nApache License 2.0, same text as for tom-select above.',
};
let licences = 'Third-party files in this folder, in /icons.svg and in /css/fonts.css, with their licences.\n';
for (const name of packages) {
  const dir = join(modules, name);
  if (!existsSync(dir)) continue;
  const pkg = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  licences += `\n${'='.repeat(80)}\n${name} ${pkg.version} (${pkg.license ?? '0BSD'})\n${'='.repeat(80)}\n\n`;
  if (stated[name]) licences += `${stated[name]}\n`;
  for (const file of readdirSync(dir).filter((f) => /^(licen[cs]e|notice)/i.test(f) && statSync(join(dir, f)).isFile()).sort()) {
    licences += `${readFileSync(join(dir, file), 'utf8').trim()}\n\n`;
  }
}
writeFileSync(join(vendor, 'LICENSES.txt'), licences.replace(/[ \t]+$/gm, '').replace(/\r/g, ''));
console.log(`${symbols.length} icons, ${noto.length} font slices`);
