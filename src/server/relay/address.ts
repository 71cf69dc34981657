/** What the URL of an upstream looks like: no user name, no fragment. */
export const addressShape = /^(?:wss?|https?):\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?(?:\?[^\s#]*)?$/i;
