/**
 * What the examples talk to: `REALTIME_URL`, with the key in `REALTIME_KEY`. Without an address it is `antiphon serve`
 * on this machine.
 */
const { REALTIME_URL: url = 'http://127.0.0.1:8080/v1/realtime?model=any', REALTIME_KEY: key } = process.env;

export const endpoint = { url, ...(key === undefined ? {} : { key }) };
