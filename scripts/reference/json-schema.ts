/** As much of JSON Schema as the published schemas use. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number)[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
}

export type Definitions = Readonly<Record<string, Schema>>;

/** Makes a link of the name of a definition. */
export type LinkTo = (name: string) => string;

/** One row of a table of fields. */
export interface Field {
  /** With dots where it is inside another: `audio.input`. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** The fields of an object, and of the objects without a name inside it. */
export function fieldsOf({ properties = {}, required = [] }: Schema, linkTo: LinkTo, prefix = ''): readonly Field[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = `${prefix}${key}`;
    const inside = schema.properties === undefined ? [] : fieldsOf(schema, linkTo, `${path}.`);
    const type = typeOf(schema, linkTo);
    return [{ path, type, isRequired: required.includes(key), description: schema.description ?? '' }, ...inside];
  });
}

/** The type of a value in words, with its bounds: "integer (1 to 4,096) or `inf`". */
export function typeOf(schema: Schema, linkTo: LinkTo): string {
  if (schema.$ref !== undefined) return linkTo(nameOf(schema.$ref));
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return [...new Set(several.map((each) => typeOf(each, linkTo)))].join(' or ');
  const [only] = schema.allOf ?? [];
  if (only !== undefined) return typeOf(only, linkTo);
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, linkTo)).join(' or ');
  const kind = kindOf(schema, linkTo);
  const bounds = boundsOf(schema);
  return bounds.length === 0 ? kind : `${kind} (${bounds.join(', ')})`;
}

export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function kindOf({ type, items, additionalProperties }: Schema, linkTo: LinkTo): string {
  if (type === 'array') return items === undefined ? 'list' : `list of ${typeOf(items, linkTo)}`;
  if (type === 'object' && typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0)
    return `object of ${typeOf(additionalProperties, linkTo)}`;
  if (type === 'boolean') return '`true` or `false`';
  return typeof type === 'string' ? type : 'any JSON';
}

/** The largest integer that JSON carries for certain: the bound of what has no other. */
const unbounded = Number.MAX_SAFE_INTEGER;

function boundsOf(schema: Schema): readonly string[] {
  const {
    minimum,
    exclusiveMinimum,
    maximum,
    minLength = 0,
    maxLength,
    minItems = 0,
    maxItems,
    maxProperties,
  } = schema;
  const least = minimum === undefined || minimum === -unbounded ? null : figure(minimum);
  const most = maximum === undefined || maximum === unbounded ? null : figure(maximum);
  return [
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(least !== null && most !== null ? [`${least} to ${most}`] : []),
    ...(least !== null && most === null ? [`at least ${least}`] : []),
    ...(least === null && most !== null ? [`at most ${most}`] : []),
    ...(minLength > 0 ? ['not empty'] : []),
    ...(maxLength === undefined ? [] : [`at most ${figure(maxLength)} characters`]),
    ...(minItems > 0 ? [`at least ${minItems}`] : []),
    ...(maxItems === undefined ? [] : [`at most ${figure(maxItems)}`]),
    ...(maxProperties === undefined ? [] : [`at most ${figure(maxProperties)}`]),
  ];
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}

/** A table in Markdown. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => outsideCode(cell.replaceAll('|', '\\|').replaceAll('\n', ' '))).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What would be taken for a tag is a sign: `</think>`. */
function outsideCode(cell: string): string {
  return cell
    .split('`')
    .map((piece, index) => (index % 2 === 0 ? piece.replaceAll('<', '&lt;') : piece))
    .join('`');
}
