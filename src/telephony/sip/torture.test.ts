import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.ts';
import { checkRequest, checkResponse, envelopeOf } from './check.ts';
import { type SipRequest, type SipResponse, valueOf, valuesOf } from './message.ts';
import { printMessage } from './print.ts';
import { readMessage } from './read.ts';
import { cutAt } from './scan.ts';
import { isSipUri, parseUri } from './uri.ts';

/** Lines as they travel; the body behind the first empty one. */
const datagram = (...lines: readonly string[]): string => lines.join('\r\n');

function request(text: string): { readonly request: SipRequest; readonly problem: string | null } {
  const read = readMessage(text);
  if (read.is === 'nothing' || read.message.is !== 'request') throw new Error('no request');
  return { request: read.message, problem: read.problem };
}

function response(text: string): { readonly response: SipResponse; readonly problem: string | null } {
  const read = readMessage(text);
  if (read.is === 'nothing' || read.message.is !== 'response') throw new Error('no response');
  return { response: read.message, problem: read.problem };
}

/** What becomes of a request by its form: 200 where it may be taken. */
function verdict(text: string): number {
  const { request: asked, problem } = request(text);
  const checked = checkRequest(asked, problem);
  return checked.ok ? 200 : checked.rejection.status;
}

/** A request that is good, but for what is put in the place of its lines, by their names. */
function odd(
  first: string,
  lines: Readonly<Record<string, string | readonly string[]>> = {},
  ...body: string[]
): string {
  const [method = ''] = first.split(' ');
  const usual: Record<string, string | readonly string[]> = {
    Via: 'SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw39234',
    'Max-Forwards': '70',
    From: '<sip:caller@example.com>;tag=93942939o2',
    To: '<sip:user@example.com>',
    'Call-ID': 'odd.0ha0isnda977644900765@192.0.2.1',
    CSeq: `8 ${method}`,
    Contact: '<sip:caller@host5.example.net>',
    ...lines,
  };
  const written = Object.entries(usual).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  return datagram(first, ...written, '', body.join('\r\n'));
}

/** After RFC 4475, section 3.1.1: messages that are as they may be. */
describe('a message that looks odd and is sound', () => {
  it('may be written in every way that the grammar has (a short tortuous INVITE)', () => {
    const text = datagram(
      'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
      'TO :',
      ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
      'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
      '  ;',
      '  tag = 98asjd8',
      'MaX-fOrWaRdS: 0068',
      'Call-ID: wsinv.ndaksdj@192.0.2.1',
      'Content-Length   : 9',
      'cseq: 0009',
      '  INVITE',
      'Via  : SIP  /   2.0',
      ' /UDP',
      '    192.0.2.2;branch=390skdjuw',
      's :',
      'NewFangledHeader:   newfangled value',
      ' continued newfangled value',
      'UnknownHeaderWithUnusualValue: ;;,,;;,;',
      'Content-Type: application/sdp',
      'Route:',
      ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
      'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
      '  branch  =   z9hG4bK9ikj8  ,',
      ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
      ' z9hG4bK30239',
      'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
      '      newvalue ;',
      '  secondparam ; q = 0.33',
      '',
      'v=0\r\no=-\r\n',
    );
    const { request: invite, problem } = request(text);
    expect(problem).toBeNull();
    const checked = checkRequest(invite, problem);
    if (!checked.ok) throw new Error(checked.rejection.reason);
    const { vias, from, to, cseq } = checked.envelope;
    expect(vias.map(({ transport, host }) => `${transport} ${host}`)).toEqual([
      'UDP 192.0.2.2',
      'TCP spindle.example.com',
      'UDP 192.168.255.111',
    ]);
    expect(vias.map(({ parameters }) => parameters.get('branch'))).toEqual([
      '390skdjuw',
      'z9hG4bK9ikj8',
      'z9hG4bK30239',
    ]);
    expect(from.display).toBe('J Rosenberg \\"');
    expect([from.parameters.get('tag'), to.parameters.get('tag')]).toEqual(['98asjd8', '1918181833n']);
    expect(cseq).toEqual({ number: 9, method: 'INVITE' });
    expect(valueOf(invite, 'Subject')).toBe('');
    expect(valueOf(invite, 'Newfangledheader')).toBe('newfangled value continued newfangled value');
    const contact = parseAddress(valueOf(invite, 'Contact') ?? '');
    expect(contact?.display).toBe('Quoted string ""');
    expect(contact?.parameters).toEqual(
      new Map([
        ['newparam', 'newvalue'],
        ['secondparam', null],
        ['q', '0.33'],
      ]),
    );
    expect(invite.body).toBe('v=0\r\no=-\r');
  });

  it('may have any of the characters that are allowed', () => {
    const method = "!interesting-Method0123456789_*+`.%indeed'~";
    const uri =
      "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com";
    const from = `=:;,?"'@ ${"token1~` token2'+_ token3*%!.-"} <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+\`*%!-.`;
    expect(verdict(odd(`${method} ${uri} SIP/2.0`, { CSeq: `139122385 ${method}` }))).toBe(200);
    expect(parseAddress(from)).toBeNull();
    expect(parseAddress(from.slice(from.indexOf('token1')))?.parameters.get('tag')).toBe("_token~1'+`*%!-.");
  });

  it.each([
    ['an escaped colon in the user', 'sip:sips%3Auser%40example.com@example.net', 'sips%3Auser%40example.com'],
    ['escaped zeros', 'sip:null-%00-null@example.com', 'null-%00-null'],
    ['parameters in the user', 'sip:user;par=u%40example.net@example.com', 'user;par=u%40example.net'],
  ])('may have %s', (_, uri, user) => {
    expect(verdict(odd(`OPTIONS ${uri} SIP/2.0`))).toBe(200);
    const read = parseUri(uri);
    expect(read !== null && isSipUri(read) ? read.user : null).toBe(user);
  });

  it('may have a method that only looks like an escaped one', () => {
    expect(verdict(odd('RE%47IST%45R sip:registrar.example.com SIP/2.0'))).toBe(200);
  });

  it('may have no blank before a bracket', () => {
    expect(parseAddress('caller<sip:caller@example.com>;tag=323')).toMatchObject({ display: 'caller' });
  });

  it('may be long', () => {
    const name = 'a'.repeat(500);
    const vias = Array.from({ length: 30 }, (_, hop) => `SIP/2.0/TCP sip${hop}.example.com;branch=z9hG4bK${hop}`);
    const long = { From: `"${name}" <sip:${name}@example.net>;tag=12${name}`, Via: vias };
    expect(verdict(odd(`INVITE sip:${name}@example.net SIP/2.0`, long))).toBe(200);
  });

  it('may be followed by what is nobody’s, in the same datagram', () => {
    const text = odd(
      'REGISTER sip:example.com SIP/2.0',
      { 'Content-Length': '0' },
      'INVITE sip:joe@example.com SIP/2.0',
    );
    expect(verdict(text)).toBe(200);
    expect(request(text).request.body).toBe('');
  });

  it('may have come by ways that nobody knows', () => {
    const Via = ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'].map(
      (way) => `SIP/2.0/${way} t.example.com;branch=z9hG4bK${way}`,
    );
    expect(verdict(odd('OPTIONS sip:user@example.com SIP/2.0', { Via }))).toBe(200);
  });

  it('may have any bytes in its body, and empty lines before it begins', () => {
    const body = '\u0000\u00ff--7a9cbec02ceef655\r\n\r\n';
    const text = odd('MESSAGE sip:k@example.com SIP/2.0', { 'Content-Length': String(body.length) }, body);
    expect(request(`\r\n\r\n${text}`).request.body).toBe(body);
  });

  it.each([
    [
      'any words as its reason',
      'SIP/2.0 200 = 2**3 * 5**2 \u00d0\u00bd\u00d0\u00be',
      '= 2**3 * 5**2 \u00d0\u00bd\u00d0\u00be',
    ],
    ['none', 'SIP/2.0 100 ', ''],
  ])('may have %s', (_, first, reason) => {
    const { response: told, problem } = response(odd(first, { CSeq: '35 INVITE' }));
    expect([told.reason, problem]).toEqual([reason, null]);
    expect(checkResponse(told, problem)?.cseq.number).toBe(35);
  });
});

/** After RFC 4475, sections 3.1.2 to 3.3: messages that are not, and what they are answered with. */
describe('a request that is not sound', () => {
  const invite = 'INVITE sip:user@example.com SIP/2.0';

  it.each([
    [
      'separators without end',
      odd(invite, { Via: 'SIP/2.0/UDP 192.0.2.15;;,;,,', Contact: '"" <> ;,"Joe" <sip:joe@example.org>;;,,;;' }),
      400,
    ],
    ['a length that is more than there is', odd(invite, { 'Content-Length': '9999' }, 'v=0'), 400],
    ['a length below zero', odd(invite, { 'Content-Length': '-999' }, 'v=0'), 400],
    ['lengths that differ', odd(invite, { 'Content-Length': ['5', '8'] }, 'v=0 more and more'), 400],
    [
      'numbers that are too large',
      odd('REGISTER sip:example.com SIP/2.0', { CSeq: '36893488147419103232 REGISTER' }),
      400,
    ],
    ['too many hops', odd(invite, { 'Max-Forwards': '300' }), 400],
    ['a quote that is not closed', odd(invite, { To: '"Mr. J. User <sip:j.user@example.com>' }), 400],
    ['brackets round its address', odd('INVITE <sip:user@example.com> SIP/2.0'), 400],
    ['blanks in its address', odd('INVITE sip:user@example.com; lr SIP/2.0'), 400],
    ['blanks between its parts', odd('INVITE  sip:user@example.com  SIP/2.0'), 400],
    ['headers in its address', odd('INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0'), 400],
    [
      'headers in a contact without brackets',
      odd('REGISTER sip:example.com SIP/2.0', { Contact: 'sip:user@example.com?Route=%3Csip:sip.example.com%3E' }),
      400,
    ],
    [
      'blanks within brackets',
      odd('OPTIONS sip:user@example.org SIP/2.0', { To: '"Watson, Thomas" < sip:t.watson@example.org >' }),
      400,
    ],
    [
      'a name that needs quotes',
      odd('OPTIONS sip:user@example.org SIP/2.0', { From: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43' }),
      400,
    ],
    ['another version', odd('OPTIONS sip:t.watson@example.org SIP/7.0'), 505],
    ['a sequence of another method', odd('OPTIONS sip:user@example.com SIP/2.0', { CSeq: '8 INVITE' }), 400],
    ['no call', odd(invite, { 'Call-ID': [] }), 400],
    ['nobody that it is from', odd(invite, { From: [] }), 400],
    ['several of what there is one of', odd(invite, { 'Call-ID': ['a@b', 'c@d'] }), 400],
    ['two senders', odd(invite, { From: ['<sip:a@example.com>;tag=1', '<sip:b@example.com>;tag=2'] }), 400],
    ['an address of a kind that nobody knows', odd('OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0'), 416],
    [
      'an extension that nobody has',
      odd('OPTIONS sip:user@example.com SIP/2.0', { Require: 'nothingSupportsThis, nothingSupportsThisEither' }),
      420,
    ],
    ['no end of its header', 'INVITE sip:user@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1', 400],
    ['a header without a name', odd(invite, { ' : nothing': '' }).replace('\r\n : nothing: ', '\r\n: nothing'), 400],
  ])('for it has %s', (_, text, status) => {
    expect(verdict(text)).toBe(status);
  });

  it.each([
    ['a branch that is nothing but its beginning', { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' }],
    ['no hops left', { 'Max-Forwards': '0' }],
    [
      'neither branch nor tag, as of old',
      { Via: 'SIP/2.0/UDP iftgw.example.com', From: '<sip:+13035551111@ift.example.net>' },
    ],
    [
      'sender and receiver of kinds that nobody knows',
      { From: '<isbn:2983792873>;tag=3', To: '<http://www.example.com/>' },
    ],
    ['an extension required of an ACK', { Require: 'nothingSupportsThis' }],
  ])('is taken all the same with %s', (_, lines) => {
    expect(verdict(odd('ACK sip:user@example.com SIP/2.0', lines))).toBe(200);
  });

  it('is told which extension is not there', () => {
    const text = odd('OPTIONS sip:user@example.com SIP/2.0', { Require: 'timer, Odd' });
    const checked = checkRequest(request(text).request, null);
    expect(checked).toMatchObject({ rejection: { headers: [{ name: 'Unsupported', value: 'odd' }] } });
  });
});

describe('a response that is not sound', () => {
  it.each(['SIP/2.0 4294967301 better not break the receiver', 'SIP/2.0 099 no', 'SIP/2.0 700 no', 'SIP/2.0 20 no'])(
    'is nothing: %s',
    (first) => {
      expect(readMessage(odd(first))).toEqual({ is: 'nothing' });
    },
  );

  it.each([
    ['has numbers that are too large', { CSeq: '9292394834772304023312 OPTIONS' }],
    [
      'has come to somebody else',
      { Via: ['SIP/2.0/UDP a.example;branch=z9hG4bK1', 'SIP/2.0/UDP b.example;branch=z9hG4bK2'] },
    ],
    ['says that it is longer', { CSeq: '1 BYE', 'Content-Length': '9' }],
  ])('that %s is nobody’s', (_, lines) => {
    const { response: told, problem } = response(odd('SIP/2.0 200 OK', { CSeq: '1 BYE', ...lines }));
    expect(checkResponse(told, problem)).toBeNull();
  });
});

describe('what is no message', () => {
  it.each(['', '\r\n\r\n', 'hello', 'GET / HTTP/1.1\r\n\r\n', '\u0000'.repeat(500), 'x'.repeat(70_000)])(
    'is nothing',
    (text) => {
      expect(readMessage(text)).toEqual({ is: 'nothing' });
    },
  );
});

describe('a message that was printed', () => {
  it('reads as it was, and no header of it becomes two', () => {
    const { request: asked } = request(odd('INVITE sip:a@example.com SIP/2.0', { 'Content-Length': '3' }, 'v=0'));
    const again = request(printMessage(asked));
    expect(again).toEqual({ request: asked, problem: null });
    const forged = { ...asked, headers: [...asked.headers, { name: 'Subject', value: 'a\r\nRoute: <sip:evil>' }] };
    expect(valuesOf(request(printMessage(forged)).request, 'Route')).toEqual([]);
    expect(envelopeOf(asked)).toEqual(envelopeOf(request(printMessage(forged)).request));
    expect(cutAt('a, "b,c", <d,e>', ',')).toEqual(['a', '"b,c"', '<d,e>']);
  });
});
