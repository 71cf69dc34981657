/** A tensor of 32-bit floats, its numbers in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The numbers of the fields that lead to a constant, by message of the ONNX format. */
const fields = {
  model: { graph: 7 },
  graph: { node: 1 },
  node: { output: 2, attribute: 5 },
  attribute: { tensor: 5, graph: 6 },
  tensor: { dimension: 1, type: 2, raw: 9 },
} as const;

const floatType = 1;

/**
 * The constants of an ONNX file that are 32-bit floats, by the name of what they are put into; those of a graph's branches
 * too. Throws a RangeError where the bytes are no such file.
 */
export function readTensors(file: Uint8Array): ReadonlyMap<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const readGraph = (graph: Uint8Array): void => messagesIn(graph, fields.graph.node).forEach(readNode);
  function readNode(node: Uint8Array): void {
    const [output] = messagesIn(node, fields.node.output);
    for (const attribute of messagesIn(node, fields.node.attribute)) {
      messagesIn(attribute, fields.attribute.graph).forEach(readGraph);
      const tensor = messagesIn(attribute, fields.attribute.tensor).map(tensorOf)[0];
      if (output !== undefined && tensor) tensors.set(new TextDecoder().decode(output), tensor);
    }
  }
  messagesIn(file, fields.model.graph).forEach(readGraph);
  return tensors;
}

/** Null if it holds something else than floats. */
function tensorOf(message: Uint8Array): Tensor | null {
  const all = [...fieldsIn(message)];
  const numbersOf = (field: number): number[] =>
    all.flatMap(({ number, value }) => (number === field && typeof value === 'number' ? [value] : []));
  const [raw] = messagesIn(message, fields.tensor.raw);
  if (raw === undefined || numbersOf(fields.tensor.type)[0] !== floatType) return null;
  // A copy begins on a multiple of four, wherever the bytes stood in the file.
  return { shape: numbersOf(fields.tensor.dimension), values: new Float32Array(new Uint8Array(raw).buffer) };
}

function messagesIn(message: Uint8Array, field: number): Uint8Array[] {
  return [...fieldsIn(message)].flatMap(({ number, value }) =>
    number === field && typeof value === 'object' ? [value] : [],
  );
}

/** A field of a protocol buffer: an integer, or bytes that hold a text, a message or packed numbers. */
interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** How a field's value is written; the two of a fixed size hold nothing that is read here. */
const wire = { integer: 0, eightBytes: 1, bytes: 2, fourBytes: 5 } as const;

function* fieldsIn(message: Uint8Array): Generator<Field, void> {
  let at = 0;
  /** Seven bits to a byte, the lowest first; the highest bit says that more follow. */
  function integer(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('The file ends within a number.');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }
  while (at < message.length) {
    const key = integer();
    const kind = key % 8;
    const number = Math.floor(key / 8);
    if (kind === wire.integer) yield { number, value: integer() };
    else if (kind === wire.bytes) {
      const length = integer();
      if (at + length > message.length) throw new RangeError('The file ends within a field.');
      yield { number, value: message.subarray(at, at + length) };
      at += length;
    } else if (kind === wire.eightBytes) at += 8;
    else if (kind === wire.fourBytes) at += 4;
    else throw new RangeError('The file is no protocol buffer.');
  }
}
