import { describe, expect, it } from 'vitest';
import { began, ended, start, type Told } from '../../../test/client/fake-session.ts';
import type { Approve } from './approval.ts';

describe('an approval', () => {
  const request: Told = {
    type: 'response.output_item.done',
    response_id: 'r',
    item: { type: 'mcp_approval_request', id: 'req', server_label: 'shop', name: 'pay', arguments: '{"sum":1}' },
  };
  const asked = async (approve?: Approve) => {
    const started = start([], approve === undefined ? { register: false } : { register: false, approve });
    await started.fake.tell(began(), request, request, ended());
    return started;
  };

  it('is put to the app, and the server goes on by itself', async () => {
    const seen: unknown[] = [];
    const { fake } = await asked((each) => {
      seen.push(each);
      return Promise.resolve(true);
    });
    expect(seen).toEqual([{ id: 'req', serverLabel: 'shop', name: 'pay', arguments: '{"sum":1}' }]);
    expect(fake.created).toEqual([{ type: 'mcp_approval_response', approval_request_id: 'req', approve: true }]);
    expect(fake.responses).toBe(0);
  });

  it('may be refused with a reason, and the model is asked to say so', async () => {
    const { fake } = await asked(() => ({ approve: false, reason: 'too much' }));
    expect(fake.created).toEqual([
      { type: 'mcp_approval_response', approval_request_id: 'req', approve: false, reason: 'too much' },
    ]);
    expect(fake.responses).toBe(1);
  });

  it('is refused where the app fails to decide', async () => {
    const { fake, errors } = await asked(() => Promise.reject(new Error('asleep')));
    expect(fake.created).toMatchObject([{ approve: false }]);
    expect(errors).toHaveLength(1);
  });

  it('is left alone without a hook', async () => {
    const { fake } = await asked();
    expect(fake.created).toEqual([]);
  });
});
