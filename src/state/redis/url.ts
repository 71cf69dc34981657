/** An address of Redis: `redis://` or, with TLS, `rediss://`; user, password, port and database may stand in it. */
export const redisUrlShape = /^rediss?:\/\/[^\s/]+(?:\/\S*)?$/;
