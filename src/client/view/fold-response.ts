import { grown } from '../events/bounded.ts';
import { changeItem, findResponse, type ItemName } from './change-item.ts';
import { formatOf } from './format-of.ts';
import type { ViewItem, ViewPart } from './item.ts';
import { outputItem } from './output-item.ts';
import { changePart, readParts, withSound } from './parts.ts';
import { begin, end } from './response-life.ts';
import type { View } from './state.ts';
import { numberOf, objectOf, type ToldEvent, textOf, textOrNull } from './told.ts';

/** What a server says of a response as it is made. */
export function foldResponse(view: View, event: ToldEvent): View {
  switch (event.type) {
    case 'response.created':
      return begin(view, objectOf(event.response) ?? {});
    case 'response.done':
      return end(view, objectOf(event.response) ?? {});
    case 'response.output_item.added':
      return outputItem(view, { told: event.item, responseId: textOrNull(event.response_id), isFinal: false });
    case 'response.output_item.done':
      return outputItem(view, { told: event.item, responseId: textOrNull(event.response_id), isFinal: true });
    case 'response.content_part.added':
    case 'response.content_part.done':
      return contentPart(view, event);
    case 'response.function_call_arguments.delta':
    case 'response.mcp_call_arguments.delta':
      return inProgress(view, nameIn(event), (item) =>
        'arguments' in item ? { ...item, arguments: grown(item.arguments, textOf(event.delta)) } : item,
      );
    case 'response.function_call_arguments.done':
    case 'response.mcp_call_arguments.done':
      return inProgress(view, nameIn(event), (item) =>
        'arguments' in item ? { ...item, arguments: textOf(event.arguments) || item.arguments } : item,
      );
    case 'response.output_text.delta':
      return inPart(view, event, 'output_text', (part) => ({ ...part, text: grown(part.text, textOf(event.delta)) }));
    case 'response.output_text.done':
      return inPart(view, event, 'output_text', (part) => ({ ...part, text: textOf(event.text) || part.text }));
    case 'response.output_audio_transcript.delta':
      return inPart(view, event, 'output_audio', (part) => ({
        ...part,
        transcript: grown(part.transcript, textOf(event.delta)),
      }));
    case 'response.output_audio_transcript.done':
      return inPart(view, event, 'output_audio', (part) => ({
        ...part,
        transcript: textOf(event.transcript) || part.transcript,
      }));
    case 'response.output_audio.delta': {
      const format = findResponse(view, textOrNull(event.response_id))?.format ?? formatOf(view.session, null);
      const sound = { format, keepAudio: view.options.keepAudio };
      return inPart(view, event, 'output_audio', (part) => withSound(part, event.delta, sound));
    }
    default:
      return view;
  }
}

type PartEvent = ToldEvent<'response.content_part.added' | 'response.content_part.done'>;

function contentPart(view: View, event: PartEvent): View {
  const part = objectOf(event.part);
  const type = part?.type === 'audio' ? 'output_audio' : part?.type === 'text' ? 'output_text' : null;
  if (part === null || type === null) return view;
  const reading = { isUser: false, keepAudio: false };
  const isEmpty = textOf(part.text) === '' && textOf(part.transcript) === '';
  return inPart(view, event, type, (held) => (isEmpty ? held : (readParts([part], [held], reading)[0] ?? held)));
}

interface Naming {
  readonly item_id?: unknown;
  readonly response_id?: unknown;
}

function nameIn({ item_id, response_id }: Naming): ItemName {
  return { itemId: textOf(item_id), responseId: textOrNull(response_id) };
}

function inPart<Type extends 'output_text' | 'output_audio'>(
  view: View,
  event: Naming & { readonly content_index?: unknown },
  type: Type,
  change: (part: Extract<ViewPart, { type: Type }>) => ViewPart,
): View {
  return inProgress(view, nameIn(event), (item) =>
    item.kind === 'message'
      ? { ...item, parts: changePart(item.parts, numberOf(event.content_index), type, change) }
      : item,
  );
}

/** What is still said of a finished item was said before: it would double the words. */
function inProgress(view: View, name: ItemName, change: (item: ViewItem) => ViewItem): View {
  return changeItem(view, name, (item) => (item.status === 'in_progress' ? change(item) : item));
}
