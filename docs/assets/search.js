// A sentence is searched word by word. Material takes each word for the beginning of one, so that "a" finds
// all that begins with a. Four words and more are a sentence: its words are whole, the last one may grow.
(() => {
  if (!globalThis.Worker) return;
  const post = Worker.prototype.postMessage;
  const QUERY = 2; // Material's number for it

  function inWholeWords(text) {
    const words = text.trim().split(/\s+/);
    if (words.length < 4 || /["*~^:+]/.test(text)) return text;
    const whole = (word) => `${word.replace(/^\W+|\W+$/g, "")}^1`; // a weight of its own keeps a word whole
    return [...words.slice(0, -1).filter((word) => /\w/.test(word)).map(whole), words.at(-1)].join(" ");
  }

  Worker.prototype.postMessage = function (message, ...rest) {
    const asks = message?.type === QUERY && typeof message.data === "string";
    return post.call(this, asks ? { ...message, data: inWholeWords(message.data) } : message, ...rest);
  };
})();
