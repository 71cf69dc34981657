/**
 * A WebAssembly module of one function, since every layer of the network is the same few instructions. They are written
 * by their names here and put together when this is loaded: no compiler, and no bytes that nobody can read.
 */
type Code = readonly number[];

/** Floats in a vector of 128 bits. */
const lanes = 4;

/** Vectors that add up side by side, so that none waits for the one before. */
const sums = 8;

/** Outputs come in panels of so many. */
export const panelOutputs = lanes * sums;

const floatBytes = 4;
const vectorBytes = lanes * floatBytes;
const panelBytes = panelOutputs * floatBytes;

/** Instructions, as the text format calls them. */
const i32 = { const: [0x41], lt_u: [0x49], add: [0x6a] } as const;
const local = { get: [0x20], set: [0x21] } as const;
const f32x4 = {
  splat: [0xfd, 0x13],
  add: [0xfd, 0xe4, 0x01],
  mul: [0xfd, 0xe6, 0x01],
  pmax: [0xfd, 0xeb, 0x01],
} as const;
const v128 = { load: [0xfd, 0x00], load32_splat: [0xfd, 0x09], store: [0xfd, 0x0b] } as const;
const loop: Code = [0x03, 0x40];
const branchIf: Code = [0x0d];
const end: Code = [0x0b];

const type = { i32: 0x7f, f32: 0x7d, v128: 0x7b, function: 0x60 } as const;

/** The function's parameters, then its variables, by number. All but `least`, `x` and the sums are addresses. */
const [inputs, inputsEnd, weights, output, outputEnd, least, at, x, firstSum] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const parameters: Code = [type.i32, type.i32, type.i32, type.i32, type.i32, type.f32];
const variables: Code = [2, 1, type.i32, 1 + sums, type.v128];

const code = (...instructions: readonly Code[]): Code => instructions.flat();
const get = (variable: number): Code => [...local.get, variable];
const set = (variable: number): Code => [...local.set, variable];
const advance = (address: number, bytes: number): Code =>
  code(get(address), i32.const, signed(bytes), i32.add, set(address));
const repeatWhileBelow = (address: number, limit: number): Code =>
  code(get(address), get(limit), i32.lt_u, branchIf, [0]);
/** An access to the vector of that number from the address on, which may be any. */
const vector = (number: number): Code => [0, ...unsigned(number * vectorBytes)];
const eachSum = (instructions: (number: number, sum: number) => Code): Code =>
  Array.from({ length: sums }, (_, number) => instructions(number, firstSum + number)).flat();

/**
 * Writes, from `output` on, sums of the inputs' products with weights, or `least` where that is more. The weights of a
 * panel of outputs are what its sums begin with, then those of the first input, of the second, and so on.
 */
const body: Code = code(
  loop,
  eachSum((number, sum) => code(get(weights), v128.load, vector(number), set(sum))),
  advance(weights, panelBytes),
  code(get(inputs), set(at)),
  loop,
  code(get(at), v128.load32_splat, vector(0), set(x)),
  eachSum((number, sum) =>
    code(get(sum), get(x), get(weights), v128.load, vector(number), f32x4.mul, f32x4.add, set(sum)),
  ),
  advance(weights, panelBytes),
  advance(at, floatBytes),
  repeatWhileBelow(at, inputsEnd),
  end,
  eachSum((number, sum) =>
    code(get(output), get(sum), get(least), f32x4.splat, f32x4.pmax, v128.store, vector(number)),
  ),
  advance(output, panelBytes),
  repeatWhileBelow(output, outputEnd),
  end,
  end,
);

/** The name of the format, and its version. */
const magic: Code = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The module: takes its memory as `a.m` and gives the function as `f`. */
export const affineCode: Uint8Array = Uint8Array.from([
  ...magic,
  ...section('type', [1, type.function, ...sized(parameters), 0]),
  ...section('import', [1, ...named('a'), ...named('m'), 0x02, 0, 1]),
  ...section('function', [1, 0]),
  ...section('export', [1, ...named('f'), 0x00, 0]),
  ...section('code', [1, ...sized([...variables, ...body])]),
]);

function section(name: 'type' | 'import' | 'function' | 'export' | 'code', content: Code): Code {
  const numbers = { type: 1, import: 2, function: 3, export: 7, code: 10 };
  return [numbers[name], ...sized(content)];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function named(letter: string): Code {
  return [1, letter.charCodeAt(0)];
}

/** Seven bits to a byte, the lowest first; the highest bit says that more follow. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** The same of a number that is not negative but could be: the last byte's second bit is its sign. */
function signed(value: number): Code {
  return value < 64 ? [value] : [(value % 128) + 128, ...signed(Math.floor(value / 128))];
}
