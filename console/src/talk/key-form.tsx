import type { JSX } from 'preact';
import { askServer, keep, key } from '../place/server.ts';

/** Asks for the key, without which nothing is told. */
export function KeyForm(): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = form instanceof HTMLFormElement ? new FormData(form).get('key') : null;
    keep(key, typeof given === 'string' ? given.trim() : '');
    void askServer();
  };
  return (
    <form class="key-form" onSubmit={submit}>
      <h2>This server wants a key</h2>
      <p>
        One of its API keys, as given by <code>--api-key</code>, <code>ANTIPHON_API_KEYS</code> or{' '}
        <code>auth.keys</code>. It stays in this tab, and goes to this server alone.
      </p>
      <label>
        <span>API key</span>
        <input name="key" type="password" autocomplete="off" required defaultValue={key.value} />
      </label>
      <button type="submit" class="primary">
        Use this key
      </button>
    </form>
  );
}
