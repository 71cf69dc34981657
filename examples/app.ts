/**
 * The app's own server, as a page of it sees it: `APP_URL` is where it listens, `APP_ORIGIN` where the page came from.
 * The defaults are those of the servers.
 */
export const { APP_URL: appUrl = 'http://127.0.0.1:3000', APP_ORIGIN: appOrigin = 'http://localhost:3000' } =
  process.env;
