import { connect } from 'antiphon/client';

/** The app: asks a Realtime endpoint for a greeting. */
export async function greeting(url: string, name: string): Promise<string> {
  const session = await connect({ url, model: 'gpt-realtime' });
  const text = `Greet ${name} in one sentence.`;
  await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
  let said = '';
  for await (const piece of session.respond({ output_modalities: ['text'] }).text) said += piece;
  session.close();
  return said;
}
