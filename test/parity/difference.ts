/** True where both are one type in every respect, optional keys and unions included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Named objects, which are compared once, under their name: the official type, then ours. */
type Pairs = Readonly<Record<string, readonly [theirs: unknown, ours: unknown]>>;

/**
 * Every difference of two types of JSON, at any depth, as a union of sentences such as
 * `Response.usage: null only in ours`; `never` where there is none. Objects of a union are told apart by `type` and
 * `role`. Pairs of `Known` that are met inside are not entered: they are compared under their own name.
 */
export type Difference<
  Theirs,
  Ours,
  Path extends string,
  Known extends Pairs = Readonly<Record<never, never>>,
> = ValueDifference<Theirs, Ours, Path, Without<Known, Theirs, Ours>>;

/** All pairs but this one, whatever its name, lest a pair hide itself. */
type Without<Known extends Pairs, Theirs, Ours> = {
  [Name in keyof Known as IsPair<Known[Name], Theirs, Ours> extends true ? never : Name]: Known[Name];
};

type ValueDifference<Theirs, Ours, Path extends string, Known extends Pairs> =
  Same<Theirs, Ours> extends true
    ? never
    : unknown extends Theirs
      ? `${Path}: anything goes in theirs`
      : unknown extends Ours
        ? `${Path}: anything goes in ours`
        :
            | LeafDifference<Leaves<Theirs>, Leaves<Ours>, Path>
            | ListDifference<Lists<Theirs>, Lists<Ours>, Path, Known>
            | ObjectDifference<Objects<Theirs>, Objects<Ours>, Path, Known>;

type Leaf = string | number | boolean | null | undefined;
type List = readonly unknown[];
type Leaves<T> = Extract<T, Leaf>;
type Lists<T> = Extract<T, List>;
type Objects<T> = Exclude<T, Leaf | List>;

type LeafDifference<Theirs, Ours, Path extends string> =
  | `${Path}: ${LeafName<Exclude<Theirs, Ours>>} only in theirs`
  | `${Path}: ${LeafName<Exclude<Ours, Theirs>>} only in ours`;

type LeafName<T> = T extends string
  ? Either<T, string, 'string', `'${T}'`>
  : T extends number
    ? Either<T, number, 'number', `${T}`>
    : T extends Leaf
      ? `${T}`
      : never;

type Either<T, Wide, Whole extends string, Literal extends string> = Wide extends T ? Whole : Literal;

type ListDifference<Theirs, Ours, Path extends string, Known extends Pairs> = [Theirs, Ours] extends [never, never]
  ? never
  : [Theirs] extends [never]
    ? `${Path}: a list only in ours`
    : [Ours] extends [never]
      ? `${Path}: a list only in theirs`
      : ValueDifference<MemberOf<Theirs>, MemberOf<Ours>, `${Path}[]`, Known>;

type MemberOf<T> = T extends readonly (infer Member)[] ? Member : never;

type ObjectDifference<Theirs, Ours, Path extends string, Known extends Pairs> = [Theirs, Ours] extends [never, never]
  ? never
  : [Theirs] extends [never]
    ? `${Path}: an object only in ours`
    : [Ours] extends [never]
      ? `${Path}: an object only in theirs`
      : IsKnown<Theirs, Ours, Known> extends true
        ? never
        : true extends IsUnion<Theirs> | IsUnion<Ours>
          ? KindDifference<Theirs, Ours, Path, Known>
          : FieldDifference<Theirs, Ours, Path, Known>;

/** Compares the members of two unions kind by kind. */
type KindDifference<Theirs, Ours, Path extends string, Known extends Pairs> =
  | KindOf<Theirs>
  | KindOf<Ours> extends infer Kind extends string
  ? Kind extends unknown
    ? ObjectDifference<OfKind<Theirs, Kind>, OfKind<Ours, Kind>, `${Path}<${Kind}>`, Known>
    : never
  : never;

type KindOf<T> = T extends unknown ? `${Tag<T, 'type', ''>}${Tag<T, 'role', ' '>}` : never;
type OfKind<T, Kind extends string> = T extends unknown ? (Kind extends KindOf<T> ? T : never) : never;

/** The value of a key that tells kinds apart; nothing where there is no such key, or where it may be any string. */
type Tag<T, Key extends string, Before extends string> = Key extends keyof T
  ? Exclude<T[Key], undefined> extends infer Value extends string
    ? string extends Value
      ? ''
      : `${Before}${Value}`
    : ''
  : '';

type FieldDifference<Theirs, Ours, Path extends string, Known extends Pairs> =
  IsMap<Theirs> extends IsMap<Ours>
    ? IsMap<Theirs> extends true
      ? ValueDifference<Theirs[keyof Theirs], Ours[keyof Ours], `${Path}.*`, Known>
      : {
          [Key in (keyof Theirs | keyof Ours) & string]: Key extends keyof Theirs
            ? Key extends keyof Ours
              ?
                  | OptionalDifference<IsOptional<Theirs, Key>, IsOptional<Ours, Key>, `${Path}.${Key}`>
                  | ValueDifference<Present<Theirs[Key]>, Present<Ours[Key]>, `${Path}.${Key}`, Known>
              : `${Path}.${Key}: only in theirs`
            : `${Path}.${Key}: only in ours`;
        }[(keyof Theirs | keyof Ours) & string]
    : `${Path}: a map in one, fixed keys in the other`;

type OptionalDifference<InTheirs, InOurs, Path extends string> = InTheirs extends InOurs
  ? never
  : InTheirs extends true
    ? `${Path}: optional only in theirs`
    : `${Path}: optional only in ours`;

type Present<T> = Exclude<T, undefined>;
type IsOptional<T, Key extends keyof T> = object extends Pick<T, Key> ? true : false;
type IsMap<T> = string extends keyof T ? true : false;
type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;

type IsKnown<Theirs, Ours, Known extends Pairs> = true extends {
  [Name in keyof Known]: IsPair<Known[Name], Theirs, Ours>;
}[keyof Known]
  ? true
  : false;

type IsPair<Pair extends Pairs[string], Theirs, Ours> =
  Same<Pair[0], Theirs> extends true ? Same<Pair[1], Ours> : false;
