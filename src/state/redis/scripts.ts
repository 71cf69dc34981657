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

/** The store takes writes; gives its time in milliseconds. KEYS: anything. */
export const probe: Script = { lua: `${now} redis.call('SET', KEYS[1], '1', 'PX', 10000) return now` };

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

/** KEYS: the snapshot. ARGV: epoch, bytes, milliseconds. Gives 1, or 0 where a later epoch has begun or it was dropped. */
export const saveSnapshot: Script = {
  lua: `
local kept = redis.call('HGET', KEYS[1], 'epoch')
if kept and (kept == 'dropped' or tonumber(kept) > tonumber(ARGV[1])) then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'bytes', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`,
};

/** KEYS: the snapshot. Gives the epoch that begins, and the bytes; nothing where there is none. */
export const claimSnapshot: Script = {
  lua: `
local bytes = redis.call('HGET', KEYS[1], 'bytes')
if not bytes then return false end
return { redis.call('HINCRBY', KEYS[1], 'epoch', 1), bytes }`,
  isBinary: true,
};

/** KEYS: the snapshot. ARGV: epoch. What is left says until its time that it was dropped. */
export const dropSnapshot: Script = {
  lua: `
local kept = redis.call('HGET', KEYS[1], 'epoch')
if not kept or kept == 'dropped' or tonumber(kept) > tonumber(ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'bytes')
redis.call('HSET', KEYS[1], 'epoch', 'dropped')
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
