// The way in: an access key, a password, or the secret behind the # of the link that sluice up prints.

const about = document.getElementById('about');
const problem = document.getElementById('problem');
const form = document.getElementById('login');
const field = document.getElementById('secret');
const button = form.querySelector('button');
const key = document.getElementById('key');
const kind = document.querySelector('meta[name="sluice-login"]').content;
const texts = {
  keys: 'This console is opened with an access key of the engine’s credentials file.',
  password: 'This console asks for its password.',
  link: 'This console is opened with the link that sluice up has printed. It lets one browser in, once; then the next one is printed.',
};

async function enter(request) {
  problem.hidden = true;
  button.disabled = true;
  try {
    const response = await fetch('/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request) });
    if (response.ok) return location.replace('/');
    const { message } = await response.json();
    problem.textContent = `${message[0].toUpperCase()}${message.slice(1)}.`;
  } catch { problem.textContent = 'The engine does not answer; is sluice up still running?'; }
  problem.hidden = false;
  button.disabled = false;
  field.select();
}

document.documentElement.dataset.theme = localStorage.getItem('theme') ?? 'system';
about.textContent = texts[kind] ?? '';
form.hidden = kind !== 'keys' && kind !== 'password';
if (kind === 'keys') {
  document.getElementById('key-field').hidden = false;
  document.getElementById('secret-name').textContent = 'Secret access key';
  key.required = true;
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  enter(kind === 'keys' ? { accessKeyId: key.value.trim(), secretAccessKey: field.value.trim() } : { secret: field.value });
});
if (kind === 'keys') key.focus(); else if (kind === 'password') field.focus();
const secret = location.hash.slice(1);
if (secret && kind === 'link') {
  // Not to be found in the browser's history.
  history.replaceState(null, '', '/login');
  enter({ secret });
}
