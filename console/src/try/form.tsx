import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../../src/protocol/json.ts';
import { About } from './about.tsx';
import type { Field, NamedField } from './field.ts';
import { fieldsIn, type Path, typed, valueAt, withValue } from './value.ts';

/** What every field of a form needs. */
interface FormState {
  readonly value: JsonObject;
  readonly onChange: (next: JsonObject) => void;
  /** The path of the field that the server refused, and what it said. */
  readonly error: { readonly path: string; readonly message: string } | null;
}

interface FieldsProps extends FormState {
  readonly fields: readonly NamedField[];
  readonly path: Path;
}

/** The fields of an object. */
export function Fields({ fields, path, ...state }: FieldsProps): JSX.Element {
  return (
    <div class="form-fields">
      {fields
        .filter(({ field }) => field.kind !== 'constant')
        .map((named) => (
          <FormField key={named.name} named={named} path={[...path, named.name]} {...state} />
        ))}
    </div>
  );
}

interface FormFieldProps extends FormState {
  readonly named: NamedField;
  readonly path: Path;
}

function FormField({ named, path, ...state }: FormFieldProps): JSX.Element {
  const { field } = named;
  const isGroup = field.kind === 'object' || field.kind === 'variants';
  return isGroup ? <Group named={named} path={path} {...state} /> : <Single named={named} path={path} {...state} />;
}

/** An object in an object: open where something is in it. */
function Group({ named, path, ...state }: FormFieldProps): JSX.Element {
  const { name, field, isRequired } = named;
  const held = valueAt(state.value, path);
  const { error } = state;
  const holdsError = error !== null && `${error.path}.`.startsWith(`${path.join('.')}.`);
  const isOwnError = error?.path === path.join('.');
  return (
    <details class="group" open={held !== undefined || isRequired || holdsError}>
      <summary>
        {name} <Needed isRequired={isRequired} />
      </summary>
      <About text={field.about} />
      {field.kind === 'variants' ? <Variants field={field} path={path} {...state} /> : null}
      <Fields fields={fieldsIn(field, held)} path={path} {...state} />
      {isOwnError ? <FieldError id={`error-${path.join('-')}`} message={error.message} /> : null}
    </details>
  );
}

interface VariantsProps extends FormState {
  readonly field: Extract<Field, { kind: 'variants' }>;
  readonly path: Path;
}

function Variants({ field, path, value, onChange }: VariantsProps): JSX.Element {
  const chosen = valueAt(value, [...path, field.tag]);
  return (
    <label class="form-field">
      <span>{field.tag}</span>
      <select
        value={typeof chosen === 'string' ? chosen : ''}
        onChange={({ currentTarget }) =>
          onChange(
            withValue(value, path, currentTarget.value === '' ? undefined : { [field.tag]: currentTarget.value }),
          )
        }
      >
        <option value="">–</option>
        {field.variants.map((variant) => (
          <option key={variant.value} value={variant.value}>
            {variant.value}
          </option>
        ))}
      </select>
    </label>
  );
}

function Single({ named, path, value, onChange, error }: FormFieldProps): JSX.Element {
  const { name, field, isRequired } = named;
  const id = path.join('-');
  const isWrong = error?.path === path.join('.');
  const held = valueAt(value, path);
  const set = (next: unknown): void => onChange(withValue(value, path, next));
  const described = `${field.about === '' ? '' : `about-${id} `}${isWrong ? `error-${id}` : ''}`.trim() || undefined;
  const shared = { id: `field-${id}`, 'aria-invalid': isWrong, 'aria-describedby': described };
  return (
    <div class={`form-field ${isWrong ? 'is-wrong' : ''}`}>
      <label for={`field-${id}`}>
        {name} <Needed isRequired={isRequired} />
      </label>
      <Control field={field} held={held} set={set} shared={shared} />
      {isWrong ? <FieldError id={`error-${id}`} message={error.message} /> : null}
      <About text={field.about} id={`about-${id}`} />
    </div>
  );
}

function Needed({ isRequired }: { readonly isRequired: boolean }): JSX.Element | null {
  return isRequired ? <i class="needed">required</i> : null;
}

/** What the server said of a field, beside it. */
export function FieldError({ id, message }: { readonly id: string; readonly message: string }): JSX.Element {
  return (
    <p class="field-error" id={id} role="alert">
      {message}
    </p>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly held: unknown;
  readonly set: (next: unknown) => void;
  readonly shared: {
    readonly id: string;
    readonly 'aria-invalid': boolean;
    readonly 'aria-describedby': string | undefined;
  };
}

function Control({ field, held, set, shared }: ControlProps): JSX.Element {
  const text = held === undefined || held === null ? '' : String(held);
  switch (field.kind) {
    case 'choice':
    case 'boolean': {
      const options = field.kind === 'boolean' ? ['true', 'false'] : field.options;
      return (
        <select {...shared} value={text} onChange={({ currentTarget }) => set(typed(field.kind, currentTarget.value))}>
          <option value="">–</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      );
    }
    case 'text':
    case 'number':
      return (
        <input
          {...shared}
          value={text}
          inputMode={field.kind === 'number' ? 'decimal' : 'text'}
          autocomplete="off"
          onInput={({ currentTarget }) => set(typed(field.kind, currentTarget.value))}
        />
      );
    default:
      return <JsonControl held={held} set={set} shared={shared} />;
  }
}

/** What no form is made for, written as JSON; nothing is set while it can't be read. */
function JsonControl({ held, set, shared }: Omit<ControlProps, 'field'>): JSX.Element {
  const whole = held === undefined ? '' : JSON.stringify(held, null, 2);
  const [text, setText] = useState(whole);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    if (JSON.stringify(parsed(text)) !== JSON.stringify(held)) setText(whole);
  }, [whole]);
  const change = (next: string): void => {
    setText(next);
    const value = parsed(next);
    setBroken(next.trim() !== '' && value === undefined);
    if (next.trim() === '' || value !== undefined) set(value);
  };
  return (
    <>
      <textarea
        {...shared}
        class="code"
        rows={Math.min(10, Math.max(2, text.split('\n').length))}
        value={text}
        placeholder="JSON"
        spellcheck={false}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      {isBroken ? <p class="field-error">This is no JSON yet.</p> : null}
    </>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
