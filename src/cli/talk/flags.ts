import { type Command, Option } from 'commander';

/** The flags of `antiphon talk`, as the command line gives them; absent where not given. */
export interface TalkFlags {
  readonly key?: string;
  readonly model?: string;
  readonly provider?: 'openai' | 'azure';
  readonly apiVersion?: string;
  readonly voice?: string;
  readonly instructions?: string;
  readonly session?: string;
  readonly transcription?: string | false;
  readonly tools?: boolean;
  readonly approve?: boolean;
  readonly mic?: boolean;
  readonly speaker?: boolean;
  readonly device?: string;
  readonly halfDuplex?: boolean;
  readonly wav?: string;
  readonly text?: string;
  readonly out?: string;
  readonly paced?: boolean;
  readonly timeout?: string;
  readonly json?: boolean;
}

/** Tells the command line what `antiphon talk` understands. */
export function talkCommand(command: Command): Command {
  command
    .description('Talk to a Realtime endpoint: with microphone and speaker, by typing, or with a WAV file.')
    .argument('[url]', 'endpoint (default ws://127.0.0.1:8080/v1/realtime); with --provider azure, the resource')
    .option('--key <key>', 'API key or client secret (OPENAI_API_KEY, AZURE_OPENAI_API_KEY, else ANTIPHON_KEY)')
    .option('--model <name>', 'model; at Azure, the deployment (default gpt-realtime)')
    .addOption(new Option('--provider <name>', 'an endpoint by its name').choices(['openai', 'azure']))
    .option('--api-version <version>', 'Azure: its preview API in this version')
    .option('--voice <name>', 'voice of the answers')
    .option('--instructions <text>', 'what the model shall do')
    .option('--session <file>', 'settings of the session, a JSON file (tools, MCP servers, turn detection …)')
    .option('--transcription <model>', 'who writes down what you say (default gpt-4o-mini-transcribe)')
    .option('--no-transcription', 'do not write down what you say')
    .option('--tools', 'offer the model a tool: get_time')
    .option('--approve', 'approve every call of an MCP tool (default: ask in a terminal, else refuse)');
  return soundFlags(command);
}

function soundFlags(command: Command): Command {
  return command
    .option('--mic', 'listen to the microphone though the input is no terminal')
    .option('--no-mic', 'do not listen')
    .option('--speaker', 'play the answers though the output is no terminal')
    .option('--no-speaker', 'do not play the answers')
    .option('--device <name>', 'sound device, by the name that arecord, sox or ffmpeg has for it')
    .option('--half-duplex', 'hear nothing while an answer plays: for speakers that the microphone picks up')
    .option('--wav <file>', 'say this file, wait for the answer, exit')
    .option('--text <words>', 'write this, wait for the answer, exit')
    .option('--out <file>', 'with --wav or --text: the answer as a WAV file')
    .option('--paced', 'with --wav: as a microphone would, in real time, with the turns that the server hears')
    .option('--timeout <seconds>', 'longest wait for an answer to --wav, --text or piped lines (default 60)')
    .option('--json', 'print the events of the server, one JSON a line, and nothing else');
}
