import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { detections, type Place, type TransportName } from '../place/address.ts';
import { go, place } from '../place/place.ts';
import { server } from '../place/server.ts';
import { type Shown, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { Icon } from '../ui/icons.tsx';
import { knownVoices } from './settings.ts';
import { modelName, talking } from './talking.ts';
import { consoleToolNames } from './tool-names.ts';

/** What the session is to be. */
export function Setup(): JSX.Element {
  const chosen = useStore(place);
  const { phase, live } = useStore(talking);
  useStore(server);
  useEffect(() => {
    live?.configure(chosen);
  }, [chosen.instructions, chosen.detection]);
  return (
    <details class="setup">
      <summary>
        <Icon name="settings" size={16} />
        <span class="setup-model">{modelName()}</span>
        <span class="faint">{chosen.transport === 'webrtc' ? 'WebRTC' : 'WebSocket'}</span>
        <span class="unseen">Settings of the session</span>
      </summary>
      <div class="setup-fields">
        <Names chosen={chosen} isOpen={phase !== 'idle'} />
        <TransportSwitch value={chosen.transport} isOff={phase !== 'idle'} />
        <Field label="End of a turn">
          <select
            value={chosen.detection}
            onChange={({ currentTarget: { value } }) =>
              go({ detection: detections.find((each) => each === value) ?? 'auto' })
            }
          >
            <option value="auto">the server’s own</option>
            <option value="server_vad">silence (server_vad)</option>
            <option value="semantic_vad">meaning (semantic_vad)</option>
            <option value="push">push to talk</option>
          </select>
        </Field>
        <Field label="Instructions" isWide>
          <textarea
            rows={2}
            value={chosen.instructions}
            placeholder="Speak briefly, and in verse."
            onChange={({ currentTarget }) => go({ instructions: currentTarget.value })}
          />
        </Field>
        <Tools chosen={chosen} isOff={phase !== 'idle'} />
      </div>
    </details>
  );
}

/** The model and its voice: chosen from a list, or typed. */
function Names({ chosen, isOpen }: { readonly chosen: Place; readonly isOpen: boolean }): JSX.Element {
  const { models } = useStore(server);
  const hint = isOpen ? 'From the next session on.' : undefined;
  return (
    <>
      <Field label="Model" hint={hint}>
        <input
          list="models"
          value={chosen.model}
          placeholder={models[0] ?? 'any name'}
          onChange={({ currentTarget }) => go({ model: currentTarget.value.trim() })}
        />
        <NameList id="models" names={models} />
      </Field>
      <Field label="Voice" hint={hint}>
        <input
          list="voices"
          value={chosen.voice}
          placeholder="the server’s own"
          onChange={({ currentTarget }) => go({ voice: currentTarget.value.trim() })}
        />
        <NameList id="voices" names={knownVoices} />
      </Field>
    </>
  );
}

function NameList({ id, names }: { readonly id: string; readonly names: readonly string[] }): JSX.Element {
  return (
    <datalist id={id}>
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly isWide?: boolean;
  readonly children: JSX.Element | readonly JSX.Element[];
}

function Field({ label, hint, isWide = false, children }: FieldProps): JSX.Element {
  return (
    <label class={isWide ? 'field wide' : 'field'}>
      <span>{label}</span>
      {children}
      {hint === undefined ? null : <small>{hint}</small>}
    </label>
  );
}

function TransportSwitch({ value, isOff }: { readonly value: TransportName; readonly isOff: boolean }): JSX.Element {
  const choices = [
    ['webrtc', 'WebRTC'],
    ['websocket', 'WebSocket'],
  ] as const;
  return (
    <fieldset class="field">
      <legend>Transport</legend>
      <div class="segments">
        {choices.map(([name, label]) => (
          <label key={name} class={value === name ? 'is-on' : undefined}>
            <input
              type="radio"
              name="transport"
              value={name}
              checked={value === name}
              disabled={isOff}
              onChange={() => go({ transport: name })}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The console's own tools, and those that the session has. */
function Tools({ chosen, isOff }: { readonly chosen: Place; readonly isOff: boolean }): JSX.Element {
  const held = useStore<Shown, string>(shown, ({ story: { view } }) => toolNames(view.session));
  return (
    <fieldset class="field wide">
      <legend>Tools that the model may call</legend>
      <div class="checks">
        {consoleToolNames.map(({ name, title }) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={chosen.tools.includes(name)}
              disabled={isOff}
              onChange={({ currentTarget }) =>
                go({
                  tools: currentTarget.checked ? [...chosen.tools, name] : chosen.tools.filter((each) => each !== name),
                })
              }
            />
            {title}
          </label>
        ))}
      </div>
      {held === '' ? null : <small>In this session: {held}</small>}
    </fieldset>
  );
}

function toolNames(session: Shown['story']['view']['session']): string {
  const tools: readonly unknown[] = session !== null && 'tools' in session ? (session.tools ?? []) : [];
  const names = tools.map((tool) => {
    if (typeof tool !== 'object' || tool === null) return '';
    return 'name' in tool ? String(tool.name) : 'server_label' in tool ? `MCP ${String(tool.server_label)}` : '';
  });
  return names.filter((name) => name !== '').join(', ');
}
