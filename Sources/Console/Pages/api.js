// Requests to the engine. Every POST carries the token of the page, which is renewed once when the engine was restarted.

const token = document.querySelector('meta[name="sluice-token"]');

async function renewToken() {
  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
  // Without a session the page that comes is that of the login.
  token.content = page.querySelector('meta[name="sluice-token"]')?.content ?? '';
}

async function call(path, options) {
  let response;
  try { response = await fetch(`/api/${path}`, options()); } catch {
    throw new Error('The engine does not answer; is sluice up still running?');
  }
  if (response.status === 403 && options().method === 'POST') {
    await renewToken();
    response = await fetch(`/api/${path}`, options());
  }
  // The session is over, or the engine is another one than before.
  if (response.status === 401) location.assign('/login');
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message ?? `the engine answered ${response.status}`);
  return answer;
}

export const get = (path) => call(path, () => ({}));

export const post = (path, body = {}) => call(path, () => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Sluice-Token': token.content },
  body: JSON.stringify(body),
}));

/** Ends the session of this browser. */
export async function leave() {
  await fetch('/logout', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Sluice-Token': token.content }, body: '{}' });
  location.assign('/login');
}

/** A path from parts that may hold anything. */
export const path = (...parts) => parts.map(encodeURIComponent).join('/');
