import { settleMs } from '../snapshots.ts';

/** A piece of Lua that the store runs as one step. All of them read the store's own clock. */
export interface Script {
  readonly lua: string;
  /** Whether its answer is bytes, and not text. */
  readonly isBinary?: boolean;
}

const now = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

/** Since when the store remembers what it was told: whatever is in it is younger, or is written by somebody who remembers more. */
const age = `
local since = tonumber(redis.call('GET', KEYS[2]))
local isYoung = not since or now - since < ${settleMs}
`;

/**
 * The store takes writes. KEYS: anything, since when it remembers, which run of it that was. Gives its time, and since when it remembers,
 * in milliseconds. Another run may have come back with what it held a while ago, and so remembers only since now. Who must not be
 * told of runs (an ACL) notices an empty store alone.
 */
export const probe: Script = {
  lua: `${now}
redis.call('SET', KEYS[1], '1', 'PX', 10000)
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
if redis.call('GET', KEYS[3]) ~= run then
  redis.call('SET', KEYS[3], run)
  redis.call('DEL', KEYS[2])
end
redis.call('SET', KEYS[2], string.format('%d', now), 'NX')
return { string.format('%d', now), redis.call('GET', KEYS[2]) }`,
};

/** KEYS: the value, when each goes. ARGV: the value, milliseconds, how many there may be. Gives how soon the first goes, or -1. */
export const putSecret: Script = {
  lua: `${now}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) and not redis.call('ZSCORE', KEYS[2], KEYS[1]) then
  return redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] - now
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], now + ARGV[2], KEYS[1])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return -1`,
};

/** KEYS: the holders. ARGV: the holder, how many there may be (-1: it has its place already), milliseconds. Gives 1 or 0. */
export const takeLease: Script = {
  lua: `${now}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local most = tonumber(ARGV[2])
if most >= 0 and redis.call('ZCARD', KEYS[1]) >= most and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1`,
};

/**
 * KEYS: the snapshot, since when the store remembers. ARGV: epoch, the number of this save, bytes, milliseconds. Gives 0 where a later
 * epoch has begun or this one was dropped; 1; or 2 where the store has forgotten what there was when the epoch began, and that not long
 * ago. What a later save of the same epoch has overtaken is nothing.
 */
export const saveSnapshot: Script = {
  lua: `${now} ${age}
local epoch = tonumber(ARGV[1])
local kept = redis.call('HMGET', KEYS[1], 'epoch', 'save', 'gone')
local of = tonumber(kept[1])
if of and (of > epoch or of == epoch and kept[3]) then return 0 end
if not (of == epoch and kept[2] and tonumber(kept[2]) > tonumber(ARGV[2])) then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'save', ARGV[2], 'bytes', ARGV[3])
  redis.call('HDEL', KEYS[1], 'gone')
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
if isYoung and (not since or epoch < since) then return 2 end
return 1`,
};

/**
 * KEYS: the snapshot, since when the store remembers. Gives the epoch that begins, and the bytes; nothing where there is none; a 0 alone
 * where the store may not know of it yet.
 */
export const claimSnapshot: Script = {
  lua: `${now} ${age}
local kept = redis.call('HMGET', KEYS[1], 'epoch', 'bytes', 'gone')
local of, bytes = tonumber(kept[1]), kept[2]
if isYoung and not kept[3] and (not of or not since or of < since) then return { '0' } end
if not bytes then return false end
local epoch = string.format('%d', math.max(of + 1, now))
redis.call('HSET', KEYS[1], 'epoch', epoch)
redis.call('HDEL', KEYS[1], 'save')
return { epoch, bytes }`,
  isBinary: true,
};

/** KEYS: the snapshot. ARGV: epoch. What is left says until its time that it is gone. */
export const dropSnapshot: Script = {
  lua: `
local of = tonumber(redis.call('HGET', KEYS[1], 'epoch'))
if not of or of > tonumber(ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'bytes')
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'gone', '1')
return 1`,
};

/** KEYS: the nodes. ARGV: id, facts, milliseconds. Gives the facts of those that are there; with no id nothing is announced. */
export const announceNode: Script = {
  lua: `${now}
if ARGV[1] then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%d ', now + ARGV[3]) .. ARGV[2])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
end
local all, there = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #all, 2 do
  local ends, facts = string.match(all[i + 1], '^(%d+) (.*)$')
  if tonumber(ends) > now then there[#there + 1] = facts else redis.call('HDEL', KEYS[1], all[i]) end
end
return there`,
};

/**
 * What the nodes have used within a window. Each writes only what it has used itself, always the whole of it, so that to say it twice
 * changes nothing. A field is \`node/end\`, an amount and when it stops to count, or \`node/held\`, what is set aside and until when.
 *
 * KEYS: the window. ARGV: the node, what it has set aside, for how many milliseconds that is so, and pairs of end and amount. Gives what the
 * others have set aside, and such pairs of what they have used.
 */
export const exchangeUses: Script = {
  lua: `${now}
local key, me = KEYS[1], ARGV[1]
for i = 4, #ARGV, 2 do redis.call('HSET', key, me .. '/' .. ARGV[i], ARGV[i + 1]) end
if tonumber(ARGV[2]) > 0 then redis.call('HSET', key, me .. '/held', ARGV[2] .. string.format(' %d', now + ARGV[3]))
else redis.call('HDEL', key, me .. '/held') end
local all, held, sums, last = redis.call('HGETALL', key), 0, {}, now
for i = 1, #all, 2 do
  local node, ends = string.match(all[i], '^(.*)/(.*)$')
  local amount = all[i + 1]
  if ends == 'held' then
    amount, ends = string.match(amount, '^(.*) (.*)$')
  end
  if tonumber(ends) <= now then redis.call('HDEL', key, all[i])
  else
    last = math.max(last, tonumber(ends))
    if node ~= me then
      if string.sub(all[i], -5) == '/held' then held = held + amount else sums[ends] = (sums[ends] or 0) + amount end
    end
  end
end
if last > now then redis.call('PEXPIRE', key, string.format('%d', math.min(last - now, ${400 * 24 * 3_600_000}))) end
local answer = { string.format('%.17g', held) }
for ends, sum in pairs(sums) do
  answer[#answer + 1] = ends
  answer[#answer + 1] = string.format('%.17g', sum)
end
return answer`,
};
