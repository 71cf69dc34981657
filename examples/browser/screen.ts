import type { AudioDevice, Level } from 'antiphon/client/browser';

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} called ${id}.`);
}

const button = (id: string): HTMLButtonElement => element(id, HTMLButtonElement);

/** What the page shows of the call. */
export const show = {
  state(text: string): void {
    element('state', HTMLElement).textContent = text;
  },
  /** Only where the page still says the other thing: what has happened since counts for more. */
  stateAfter(before: string, text: string): void {
    if (element('state', HTMLElement).textContent === before) show.state(text);
  },
  level(of: 'you' | 'assistant', { rmsDb }: Level): void {
    const meter = element(of, HTMLMeterElement);
    meter.value = Math.max(meter.min, rmsDb);
  },
  connected(isConnected: boolean): void {
    button('talk').disabled = isConnected;
    for (const id of ['hang-up', 'mute', 'interrupt']) button(id).disabled = !isConnected;
    element('devices', HTMLSelectElement).disabled = !isConnected;
  },
  /** What `press` returns is the button's new label. */
  button(id: 'mute' | 'interrupt' | 'hang-up', press: () => string | void): void {
    // Assigned, so that the next call replaces it.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    button(id).onclick = () => {
      const label = press();
      if (label !== undefined) button(id).textContent = label;
    };
  },
  devices(devices: readonly AudioDevice[], choose: (deviceId: string) => Promise<void>): void {
    const list = element('devices', HTMLSelectElement);
    const inputs = devices.filter(({ kind }) => kind === 'input');
    list.replaceChildren(...inputs.map(({ label, deviceId }) => new Option(label, deviceId)));
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    list.onchange = () => choose(list.value).catch((error: unknown) => show.state(String(error)));
  },
  onTalk(call: (url: string) => Promise<void>): void {
    element('connection', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      button('talk').disabled = true;
      void call(element('url', HTMLInputElement).value);
    });
  },
};

/** The lines of the conversation, one for each item. */
export const transcript = {
  begin(who: 'You' | 'Assistant', itemId: string): void {
    if (document.getElementById(itemId) !== null) return;
    const line = document.createElement('li');
    line.id = itemId;
    line.className = who.toLowerCase();
    const [name, text, note] = [
      document.createElement('b'),
      document.createElement('p'),
      document.createElement('small'),
    ];
    name.textContent = who;
    text.textContent = '';
    line.append(name, text, note);
    element('lines', HTMLOListElement).append(line);
  },
  add(itemId: string, text: string): void {
    document.getElementById(itemId)?.querySelector('p')?.append(text);
  },
  /** The listener has heard so much of it. */
  cut(itemId: string, heardMs: number): void {
    const line = document.getElementById(itemId);
    line?.classList.add('cut');
    line?.querySelector('small')?.append(`heard ${(heardMs / 1000).toFixed(1)} s`);
  },
};
