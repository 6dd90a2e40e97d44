// Writes what browsers load into the folder that is given: node build.mjs FOLDER, next to `node_modules`.
import { build } from 'esbuild';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = process.argv[2];
const shared = {
  bundle: true,
  minify: true,
  outdir: folder,
  target: 'es2022',
  legalComments: 'linked',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file' },
  logLevel: 'error',
};

// The texts of the licences stay: esbuild links them from each file.
await rm(folder, { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ['explorer.jsx'],
  format: 'esm',
  jsx: 'automatic',
  splitting: true,
});
await build({
  ...shared,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  format: 'iife',
});

// The style of the NHS service manual, without its fonts, which are not ours to use, and with its pictures next to it.
const nhsuk = 'node_modules/nhsuk-frontend/dist/nhsuk';
const style = await readFile(join(nhsuk, 'nhsuk-frontend.min.css'), 'utf8');
const rebased = style
  .replace(/@font-face\{[^}]*\}/g, '')
  .replaceAll('url(/assets/', 'url(')
  .replace(/\/\*# sourceMappingURL=.*?\*\//g, '');
await writeFile(join(folder, 'nhsuk.css'), rebased);
const script = await readFile(join(nhsuk, 'nhsuk-frontend.min.js'), 'utf8');
await writeFile(join(folder, 'nhsuk.js'), script.replace(/\/\/# sourceMappingURL=.*/g, ''));
await cp(join(nhsuk, 'assets', 'images'), join(folder, 'images'), {
  recursive: true,
  filter: path => !/favicon|opengraph|icon-(\d|mask)/.test(path),
});

// Compressed once here, so that the service only sends.
for (const name of await readdir(folder)) {
  if (/\.(js|css)$/.test(name)) {
    const text = await readFile(join(folder, name));
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(text, options));
  }
}
