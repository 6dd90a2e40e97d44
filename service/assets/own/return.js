// Saves a return while somebody types, and says so. Without this script the buttons of the page do the same.
// What is sent is the form itself. What comes back is the page, from which the sentences that changed are taken.

const PAUSE = 800; // milliseconds without a key
const AGAIN = 10_000;
const form = document.getElementById('return');
const kept = `return ${location.pathname}`;
let changes = 0;
let saved = 0;
let timer;
let sending = null;
let isStopped = false;

const say = words => {
  document.getElementById('saved').textContent = words;
};
const answers = () => new URLSearchParams(new FormData(form));

function later(wait) {
  clearTimeout(timer);
  if (!isStopped) timer = setTimeout(save, wait);
}

function changed() {
  changes += 1;
  later(PAUSE);
}

async function save() {
  if (sending || saved === changes) return sending;
  const sent = changes;
  sending = send(sent).finally(() => {
    sending = null;
    if (saved !== changes) later(saved < sent ? AGAIN : PAUSE);
  });
  return sending;
}

async function send(sent) {
  say('Saving…');
  try {
    const answer = await fetch(form.action, { method: 'POST', body: answers() });
    if ([401, 403].includes(answer.status)) return await signedOut(sent);
    if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
    take(new DOMParser().parseFromString(await answer.text(), 'text/html'), sent);
  } catch {
    keep('Not saved yet: there is no connection. Your answers are kept here, and will be saved when it is back.');
  }
}

// Whoever has signed in again, in another tab, goes on here: the page has the token of the new session.
async function signedOut(sent) {
  keep('Not saved: you are signed out. Sign in in another tab, then go on here. Your answers are kept.');
  const page = await fetch(form.action);
  if (!page.ok) return;
  const there = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('#return [name=token]');
  if (!there || there.value === form.elements.token.value) return;
  form.elements.token.value = there.value;
  await send(sent);
}

function keep(words) {
  sessionStorage.setItem(kept, answers().toString());
  say(words);
}

function take(page, sent) {
  const held = page.querySelector('.nhsuk-error-summary a[href="#main"]');
  if (held) {
    isStopped = true;
    return keep(held.textContent);
  }
  saved = sent;
  sessionStorage.removeItem(kept);
  form.elements.version.value = page.getElementById('version').value;
  for (const id of ['progress', 'saved']) document.getElementById(id).textContent = page.getElementById(id).textContent;
  // Whoever has typed more meanwhile gets the sentences with the next answer.
  if (sent === changes) page.querySelectorAll('.question').forEach(replace);
}

// A field in which somebody writes stays; it is told only what was saved.
function replace(now) {
  const question = document.getElementById(now.id);
  const active = document.activeElement;
  if (!question) return;
  if (question.contains(active) && active.matches('input')) {
    question.querySelector('.said').textContent = now.querySelector('.said').textContent;
    return;
  }
  const isHere = question.contains(active);
  now.querySelector('details').open = question.querySelector('details').open;
  question.replaceWith(now);
  if (isHere) now.querySelector(active.matches('summary') ? 'summary' : '[data-same]')?.focus();
}

function fill(name, value) {
  const field = form.elements[name];
  if (!field || ['token', 'key'].includes(name)) return;
  if (field.type === 'checkbox') field.checked = field.value === value;
  else field.value = value;
}

// A button that takes the last answer needs no new page.
form?.addEventListener('click', event => {
  const button = event.target.closest('[data-same]');
  if (!button) return;
  event.preventDefault();
  fill(`value-${button.value}`, button.dataset.same);
  fill(`nil-${button.value}`, '');
  changed();
});
form?.addEventListener('input', changed);
// Moving on to the next question shows what was found about this one.
form?.addEventListener('focusout', () => saved === changes || later(0));
form?.addEventListener('submit', async event => {
  isStopped = true;
  clearTimeout(timer);
  if (!sending) return;
  event.preventDefault();
  await sending;
  form.requestSubmit(event.submitter);
});

const before = sessionStorage.getItem(kept);
if (form && before) {
  for (const [name, value] of new URLSearchParams(before)) fill(name, value);
  sessionStorage.removeItem(kept);
  changed();
}
