import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Difference } from './difference.ts';
import type { ListedDifference } from './differences.ts';
import type { Compared, NamedObjects } from './pairs.ts';

type Name = keyof Compared & string;
type Found = { [N in Name]: Difference<Compared[N][0], Compared[N][1], N, NamedObjects> }[Name];

/** Those of our types that some value of the official type does not fit. */
type Refusing = { [N in Name]: Compared[N][0] extends Compared[N][1] ? never : N }[Name];

/** Those of our types that have a value which does not fit the official type. */
type Wider = { [N in Name]: Compared[N][1] extends Compared[N][0] ? never : N }[Name];

/** Fails to compile where anything is left, and names it. Always zero. */
const none = <T extends never>(): number => Array<T>().length;

describe('our types beside the official ones', () => {
  it('differ nowhere but where the list says', () => {
    expect(none<Exclude<Found, ListedDifference>>()).toBe(0);
  });

  it('differ everywhere where the list says', () => {
    expect(none<Exclude<ListedDifference, Found>>()).toBe(0);
  });

  it('take every value of the official types, but for one that tells less', () => {
    // There the type of turn detection may be any string, or missing.
    expectTypeOf<Refusing>().toEqualTypeOf<'MintedSession' | 'ClientSecretResponse'>();
  });

  it('give values of the official types, but where the wire has more', () => {
    expectTypeOf<Wider>().toEqualTypeOf<
      // null, where the types forbid it
      | 'AudioInput'
      | 'RealtimeSession'
      | 'TranscriptionSession'
      | 'Session'
      | 'SessionPayload'
      | 'CallAcceptRequest'
      | 'ClientSecretRequest'
      | 'UserContent'
      | 'UserMessage'
      | 'Item'
      | 'Response'
      | 'TranscriptionError'
      // described a second time, with less
      | 'MintedSession'
      | 'ClientSecretResponse'
      // references, and an answer to a request for approval without an id
      | 'ResponseCreateParams'
      | 'ResponseCreateWithReferences'
      | 'McpApprovalResponse'
      // what contains these
      | 'ClientEvent'
      | 'ServerEvent'
    >();
  });
});

/** A difference on a scale where each can be told at sight. */
type Told<Theirs, Ours> = Difference<Theirs, Ours, 'X'>;

describe('the comparison', () => {
  it('sees keys that only one side has', () => {
    expectTypeOf<Told<{ a: 1; b?: 2 }, { a: 1 }>>().toEqualTypeOf<'X.b: only in theirs'>();
    expectTypeOf<Told<{ a: 1 }, { a: 1; b?: 2 }>>().toEqualTypeOf<'X.b: only in ours'>();
  });

  it('sees keys that are optional on one side', () => {
    expectTypeOf<Told<{ a: 1 }, { a?: 1 }>>().toEqualTypeOf<'X.a: optional only in ours'>();
    expectTypeOf<Told<{ a?: 1 }, { a: 1 }>>().toEqualTypeOf<'X.a: optional only in theirs'>();
  });

  it('sees a null, a literal and a wider type', () => {
    expectTypeOf<Told<{ a: string }, { a: string | null }>>().toEqualTypeOf<'X.a: null only in ours'>();
    expectTypeOf<Told<{ a: 'b' | 'c' }, { a: 'b' }>>().toEqualTypeOf<"X.a: 'c' only in theirs">();
    expectTypeOf<Told<{ a: 'b' }, { a: string }>>().toEqualTypeOf<'X.a: string only in ours'>();
    expectTypeOf<Told<{ a: string }, { a: number }>>().toEqualTypeOf<
      'X.a: string only in theirs' | 'X.a: number only in ours'
    >();
    expectTypeOf<Told<{ a: true }, { a: boolean }>>().toEqualTypeOf<'X.a: false only in ours'>();
    expectTypeOf<Told<{ a: unknown }, { a: string }>>().toEqualTypeOf<'X.a: anything goes in theirs'>();
    expectTypeOf<Told<{ a: string }, { a: unknown }>>().toEqualTypeOf<'X.a: anything goes in ours'>();
  });

  it('does not mind an open list of strings beside any string', () => {
    expectTypeOf<Told<{ a: 'b' | (string & {}) }, { a: string }>>().toBeNever();
  });

  it('looks into lists, maps and nested objects', () => {
    expectTypeOf<Told<{ a: { b: 1 }[] }, { a: { b: 2 }[] }>>().toEqualTypeOf<
      'X.a[].b: 1 only in theirs' | 'X.a[].b: 2 only in ours'
    >();
    expectTypeOf<
      Told<Record<string, string>, Record<string, string | null>>
    >().toEqualTypeOf<'X.*: null only in ours'>();
    expectTypeOf<
      Told<Record<string, string>, { a?: string }>
    >().toEqualTypeOf<'X: a map in one, fixed keys in the other'>();
    expectTypeOf<Told<{ a: 1 | { b: 1 } }, { a: 1 }>>().toEqualTypeOf<'X.a: an object only in theirs'>();
    expectTypeOf<Told<{ a: 1 }, { a: 1 | string[] }>>().toEqualTypeOf<'X.a: a list only in ours'>();
  });

  it('compares the members of a union by type and role', () => {
    type Theirs = { type: 'a'; x: 1 } | { type: 'm'; role: 'u' } | { type: 'm'; role: 's' };
    type Ours = { type: 'a'; x: 2 } | { type: 'm'; role: 'u'; y?: 1 } | { type: 'b' };
    expectTypeOf<Told<Theirs, Ours>>().toEqualTypeOf<
      | 'X<a>.x: 1 only in theirs'
      | 'X<a>.x: 2 only in ours'
      | 'X<m u>.y: only in ours'
      | 'X<m s>: an object only in theirs'
      | 'X<b>: an object only in ours'
    >();
  });

  it('enters a known pair only under its own name', () => {
    type Known = { Part: [{ a: 1 }, { a: 2 }] };
    expectTypeOf<Difference<{ part: { a: 1 } }, { part: { a: 2 } }, 'X', Known>>().toBeNever();
    expectTypeOf<Difference<{ part: { a: 1 } }, { part: { a: 3 } }, 'X', Known>>().toEqualTypeOf<
      'X.part.a: 1 only in theirs' | 'X.part.a: 3 only in ours'
    >();
    expectTypeOf<Difference<{ a: 1 }, { a: 2 }, 'Part', Known>>().not.toBeNever();
  });

  it('makes the compiler stop', () => {
    expect(none<Told<{ a: 1; b?: 2 }, { b?: 2; a: 1 }>>()).toBe(0);
    // @ts-expect-error -- a null that only one side knows
    none<Told<{ a: string }, { a: string | null }>>();
    // @ts-expect-error -- a difference that the list does not have
    none<Exclude<Found | 'Response.id: null only in ours', ListedDifference>>();
    // @ts-expect-error -- an entry of the list that nothing asks for
    none<Exclude<ListedDifference | 'Response.id: null only in ours', Found>>();
  });
});
