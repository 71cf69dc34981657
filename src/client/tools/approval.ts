import type { McpApprovalRequest } from '../../protocol/events/index.ts';
import { objectOf, type Told, textOf } from '../view/told.ts';

/** A call of an MCP tool that waits to be approved. */
export interface ApprovalRequest {
  /** The id of the request, and of its item. */
  readonly id: string;
  readonly serverLabel: string;
  /** The name of the tool. */
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

/** Yes or no; the model is told the reason. */
export type Approval = boolean | { readonly approve: boolean; readonly reason?: string };

/** Decides about a request. What it throws counts as no. */
export type Approve = (request: ApprovalRequest) => Approval | Promise<Approval>;

export function readRequest(item: Told<McpApprovalRequest>): ApprovalRequest {
  const { id, server_label, name, arguments: args } = item;
  return { id: textOf(id), serverLabel: textOf(server_label), name: textOf(name), arguments: textOf(args) };
}

/** The decision, with the reason where there is one. */
export async function decide(approve: Approve, request: ApprovalRequest, onError: (error: unknown) => void) {
  try {
    const decision = await approve(request);
    if (typeof decision === 'boolean') return { approve: decision };
    const reason = objectOf(decision)?.reason;
    return { approve: decision.approve, ...(reason === undefined ? {} : { reason }) };
  } catch (error) {
    onError(error);
    return { approve: false, reason: 'The request could not be decided.' };
  }
}
