import { type Model, type PipelineOptions, pipelineModel } from '../../engines/index.ts';
import { type GivenMcpServer, openModelTools } from '../../server/mcp/model-tools.ts';
import { toolUser } from '../../server/mcp/tool-user.ts';
import type { McpServerEntry, PipelineEntry } from '../config/model-entry.ts';
import { allOf } from './all-of.ts';
import { type Around, endOfTurnOf, languageModelOf, synthesizerOf, transcriberOf, vadOf } from './engines.ts';
import { given } from './given.ts';

/**
 * The model that a pipeline's entry describes, with engines that are nobody else's.
 *
 * @throws {AggregateError} of a SetupError for each engine that can't be had.
 */
export async function pipelineOf(entry: PipelineEntry, { place, environment }: Around): Promise<Model> {
  const around = (name: keyof PipelineEntry): Around => ({ place: place.at(name), environment });
  const [vad, endOfTurn, transcriber, languageModel, synthesizer] = await allOf([
    vadOf(entry.vad, around('vad')),
    endOfTurnOf(entry.end_of_turn, around('end_of_turn')),
    transcriberOf(entry.transcriber, around('transcriber')),
    languageModelOf(entry.language_model, around('language_model')),
    synthesizerOf(entry.synthesizer, around('synthesizer')),
  ]);
  const options = {
    transcriber,
    languageModel,
    synthesizer,
    vad,
    ...(endOfTurn === undefined ? {} : { endOfTurn }),
    ...settingsOf(entry),
  };
  const servers = (entry.mcp_servers ?? []).map(givenServer);
  return servers.length === 0 ? pipelineModel(options) : withTools(options, servers);
}

/** The pipeline with a language model that has tools of its own; each session has its own connections to their servers. */
function withTools(options: PipelineOptions, servers: readonly GivenMcpServer[]): Model {
  return {
    open() {
      const tools = openModelTools(servers);
      const languageModel = toolUser(options.languageModel, tools);
      const session = pipelineModel({ ...options, languageModel }).open();
      return {
        ...session,
        close() {
          session.close();
          tools.close();
        },
      };
    },
  };
}

function givenServer({
  server_label,
  server_url,
  authorization,
  headers,
  allowed_tools,
}: McpServerEntry): GivenMcpServer {
  return {
    label: server_label,
    url: server_url,
    headers: { ...(authorization === undefined ? {} : { authorization: `Bearer ${authorization}` }), ...headers },
    ...(allowed_tools === undefined ? {} : { allowedTools: allowed_tools }),
  };
}

type Settings = Omit<PipelineOptions, 'transcriber' | 'languageModel' | 'synthesizer' | 'vad' | 'endOfTurn'>;

/** A model that hears need not wait for the words. */
function settingsOf(entry: PipelineEntry): Settings {
  const { voices, instructions, tools, early_generation, clauses_ahead, tool_rounds } = entry;
  const { reasons, context_tokens, instruction_tokens, language_model } = entry;
  return given({
    voices,
    instructions,
    tools: tools?.map((tool) => ({ ...given(tool), type: 'function' as const })),
    earlyGeneration: early_generation,
    clausesAhead: clauses_ahead,
    toolRounds: tool_rounds,
    reasons,
    contextTokens: context_tokens,
    instructionTokens: instruction_tokens,
    transcribesFirst: 'hears' in language_model && language_model.hears === true ? false : undefined,
  });
}
