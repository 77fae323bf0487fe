// The way in: a password, or the secret behind the # of the link that sluice up prints.

const about = document.getElementById('about');
const problem = document.getElementById('problem');
const form = document.getElementById('login');
const field = document.getElementById('secret');
const button = form.querySelector('button');
const hasPassword = document.querySelector('meta[name="sluice-login"]').content === 'password';

async function enter(secret) {
  problem.hidden = true;
  button.disabled = true;
  try {
    const response = await fetch('/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ secret }) });
    if (response.ok) return location.replace('/');
    const { message } = await response.json();
    problem.textContent = `${message[0].toUpperCase()}${message.slice(1)}.`;
  } catch { problem.textContent = 'The engine does not answer; is sluice up still running?'; }
  problem.hidden = false;
  button.disabled = false;
  field.select();
}

document.documentElement.dataset.theme = localStorage.getItem('theme') ?? 'system';
about.textContent = hasPassword ? 'This console asks for its password.' : 'This console is opened with the link that sluice up has printed. It lets one browser in, once; then the next one is printed.';
form.hidden = !hasPassword;
form.addEventListener('submit', (event) => { event.preventDefault(); enter(field.value); });
if (hasPassword) field.focus();
const secret = location.hash.slice(1);
if (secret && !hasPassword) {
  // Not to be found in the browser's history.
  history.replaceState(null, '', '/login');
  enter(secret);
}
