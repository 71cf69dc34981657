import { describe, expect, it } from 'vitest';
import { checkRequest, type Envelope } from './check.ts';
import { beginDialog, type Dialog, dialogName, nameWithin, requestIn, taken } from './dialog.ts';
import { cancelledBy, nameOf } from './match.ts';
import { type SipRequest, valueOf, valuesOf } from './message.ts';
import { printMessage } from './print.ts';
import { readMessage } from './read.ts';
import { respond } from './respond.ts';

type Lines = Readonly<Record<string, string | readonly string[]>>;

function request(first: string, lines: Lines = {}): { readonly asked: SipRequest; readonly envelope: Envelope } {
  const [method = ''] = first.split(' ');
  const usual: Lines = {
    Via: 'SIP/2.0/UDP pc33.example.com;branch=z9hG4bK776',
    'Max-Forwards': '70',
    From: 'Alice <sip:alice@example.com>;tag=remote',
    To: 'Bob <sip:bob@example.com>',
    'Call-ID': 'a84b4c76e66710',
    CSeq: `10 ${method}`,
    Contact: '<sip:alice@pc33.example.com>',
    ...lines,
  };
  const written = Object.entries(usual).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  const read = readMessage([`${first} SIP/2.0`, ...written, '', ''].join('\r\n'));
  if (read.is === 'nothing' || read.message.is !== 'request') throw new Error('no request');
  const checked = checkRequest(read.message, read.problem);
  if (!checked.ok) throw new Error(checked.rejection.reason);
  return { asked: read.message, envelope: checked.envelope };
}

function begun(lines: Lines = {}): Dialog {
  const { asked, envelope } = request('INVITE sip:bob@example.com', lines);
  const dialog = beginDialog(asked, envelope, 'local');
  if (dialog === null) throw new Error('no dialog');
  return dialog;
}

const own = { method: 'BYE', via: 'SIP/2.0/UDP 192.0.2.4:5060', branch: 'x1' };

describe('a dialog', () => {
  it('knows its requests by call and tags', () => {
    const dialog = begun();
    const to = 'Bob <sip:bob@example.com>;tag=local';
    expect(nameWithin(request('BYE sip:bob@192.0.2.4', { To: to }).envelope)).toBe(dialogName(dialog));
    const others = [
      { To: `${to}2` },
      { To: to, 'Call-ID': 'other' },
      { To: to, From: '<sip:alice@example.com>;tag=r' },
      {},
    ];
    for (const lines of others)
      expect(nameWithin(request('BYE sip:bob@192.0.2.4', lines).envelope)).not.toBe(dialogName(dialog));
  });

  it('asks whom its INVITE named, with tags and numbers of its own', () => {
    const [after, bye] = requestIn(begun(), own);
    expect(bye.uri).toBe('sip:alice@pc33.example.com');
    expect(valueOf(bye, 'From')).toBe('Bob <sip:bob@example.com>;tag=local');
    expect(valueOf(bye, 'To')).toBe('Alice <sip:alice@example.com>;tag=remote');
    expect(valueOf(bye, 'CSeq')).toBe('1 BYE');
    expect(valueOf(bye, 'Via')).toBe('SIP/2.0/UDP 192.0.2.4:5060;branch=z9hG4bKx1;rport');
    const [, refer] = requestIn(after, {
      ...own,
      method: 'REFER',
      headers: [{ name: 'Refer-To', value: '<tel:+4930>' }],
    });
    expect([valueOf(refer, 'CSeq'), valueOf(refer, 'Refer-To')]).toEqual(['2 REFER', '<tel:+4930>']);
    const read = readMessage(printMessage(bye));
    expect(read).toMatchObject({ problem: null, message: { method: 'BYE' } });
  });

  it('goes by the proxies that its INVITE came by, those that know of lr and those of old', () => {
    const loose = begun({
      'Record-Route': ['<sip:p2.example.com;lr>, <sip:p1.example.com;lr>', '<sip:p0.example.com;lr>'],
    });
    const [, bye] = requestIn(loose, own);
    expect(bye.uri).toBe('sip:alice@pc33.example.com');
    expect(valuesOf(bye, 'Route')).toEqual([
      '<sip:p2.example.com;lr>',
      '<sip:p1.example.com;lr>',
      '<sip:p0.example.com;lr>',
    ]);
    const strict = begun({ 'Record-Route': '<sip:p2.example.com>, <sip:p1.example.com;lr>' });
    const [, old] = requestIn(strict, own);
    expect(old.uri).toBe('sip:p2.example.com');
    expect(valuesOf(old, 'Route')).toEqual(['<sip:p1.example.com;lr>', '<sip:alice@pc33.example.com>']);
  });

  it('takes requests in their order, and a new place of the other side', () => {
    const dialog = begun();
    const again = request('INVITE sip:bob@192.0.2.4', { CSeq: '11 INVITE', Contact: '<sip:alice@moved.example.com>' });
    const moved = taken(dialog, again.asked, again.envelope);
    expect(moved).toMatchObject({ remoteSequence: 11, target: 'sip:alice@moved.example.com' });
    const late = request('INFO sip:bob@192.0.2.4', { CSeq: '11 INFO' });
    expect(moved === null ? null : taken(moved, late.asked, late.envelope)).toBeNull();
    const ack = request('ACK sip:bob@192.0.2.4', { CSeq: '10 ACK' });
    expect(moved === null ? null : taken(moved, ack.asked, ack.envelope)).toBe(moved);
    const info = request('INFO sip:bob@192.0.2.4', { CSeq: '12 INFO', Contact: '<sip:evil@example.com>' });
    expect(taken(dialog, info.asked, info.envelope)?.target).toBe('sip:alice@pc33.example.com');
  });

  it('begins with nobody who does not say where to reach him', () => {
    for (const Contact of [[], '*', '<tel:+4930>', ['<sip:a@example.com>', '<sip:b@example.com>']]) {
      const { asked, envelope } = request('INVITE sip:bob@example.com', { Contact });
      expect(beginDialog(asked, envelope, 'local')).toBeNull();
    }
  });
});

describe('a response', () => {
  it('takes from its request what finds the way back, and the routes where it may begin a dialog', () => {
    const { asked } = request('INVITE sip:bob@example.com', { 'Record-Route': '<sip:p1.example.com;lr>' });
    const ok = respond(asked, { status: 200, reason: 'OK', tag: 'local', body: 'v=0' });
    expect(ok.headers.map(({ name }) => name)).toEqual(['Via', 'From', 'Call-ID', 'CSeq', 'Record-Route', 'To']);
    expect(valueOf(ok, 'To')).toBe('Bob <sip:bob@example.com>;tag=local');
    const busy = respond(asked, { status: 486, reason: 'Busy Here', tag: 'local' });
    expect(valueOf(busy, 'Record-Route')).toBeNull();
    expect(valueOf(respond(asked, { status: 100, reason: 'Trying', tag: null }), 'To')).toBe(
      'Bob <sip:bob@example.com>',
    );
    const within = request('BYE sip:bob@example.com', { To: '<sip:bob@example.com>;tag=given' });
    expect(valueOf(respond(within.asked, { status: 200, reason: 'OK', tag: 'other' }), 'To')).toContain('tag=given');
  });
});

describe('a request that comes again', () => {
  it('is known by its branch and whoever sent it; an ACK with its INVITE, a CANCEL beside it', () => {
    const name = (first: string, lines?: Lines): string => {
      const { asked, envelope } = request(first, lines);
      return nameOf(asked, envelope);
    };
    const invite = name('INVITE sip:bob@example.com');
    expect(name('INVITE sip:bob@example.com')).toBe(invite);
    expect(name('ACK sip:bob@example.com')).toBe(invite);
    expect(name('INVITE sip:bob@example.com', { Via: 'SIP/2.0/UDP PC33.example.com;branch=z9hG4bK776' })).toBe(invite);
    expect(name('INVITE sip:bob@example.com', { Via: 'SIP/2.0/UDP pc34.example.com;branch=z9hG4bK776' })).not.toBe(
      invite,
    );
    expect(name('CANCEL sip:bob@example.com')).not.toBe(invite);
    const { asked, envelope } = request('CANCEL sip:bob@example.com');
    expect(cancelledBy(asked, envelope)).toBe(invite);
  });

  it('is known by all that it says where branches are as of old', () => {
    const old = { Via: 'SIP/2.0/UDP pc33.example.com;branch=1' };
    const named = (lines: Lines): string => {
      const { asked, envelope } = request('INVITE sip:bob@example.com', { ...old, ...lines });
      return nameOf(asked, envelope);
    };
    expect(named({})).toBe(named({}));
    for (const lines of [{ 'Call-ID': 'other' }, { CSeq: '11 INVITE' }, { From: '<sip:a@b.example>;tag=2' }]) {
      expect(named(lines)).not.toBe(named({}));
    }
  });
});
