// Python in a worker: questions and answers, a limit of time, and a new worker where one
// has come to its end.

const LIMIT = 10_000; // milliseconds that an answer may take

const SLOW = `It took more than ${LIMIT / 1000} seconds, and was stopped.`;
const LOST = "Python could not be loaded. Write on to try again.";
const FATAL =
  "Python could not go on, and was started anew: this nests too deeply, needs too much memory, or changes Python itself.";

export class Python {
  #files;
  #calls;
  #prepare;
  #worker;
  #ready;
  #waiting = new Map();
  #timer;
  #isThere = false;
  #last = 0;

  // `files` has what it is made of by name, as addresses or as blobs; `calls` names the
  // module whose functions are asked, and `prepare` asks it first, whenever it starts.
  constructor(files, calls, prepare = () => {}) {
    this.#files = files;
    this.#calls = calls;
    this.#prepare = prepare;
  }

  // Start, if that was not done: nothing is loaded before somebody asks.
  start() {
    this.#ready ??= this.#begin();
    return this.#ready;
  }

  // Resolves to {value}, or to {error}, and {error, fatal} where Python was started anew.
  async ask(call, ...args) {
    const begun = this.start();
    const { error } = await begun;
    if (error) return { error };
    return begun === this.#ready
      ? this.#limited({ call, args })
      : { error: FATAL, fatal: true };
  }

  #begin() {
    // A worker from a blob is under the policy of this page; one by its address is not.
    this.#isThere = false;
    const code = this.#files["worker.js"];
    const imported = new Blob([`importScripts(${JSON.stringify(code)})`]);
    const address = URL.createObjectURL(typeof code === "string" ? imported : code);
    this.#worker = new Worker(address);
    this.#worker.onmessage = ({ data }) => this.#answered(data);
    this.#worker.onerror = ({ message }) => this.#end(message || LOST);
    // What it loads first takes its time, which no text is to blame for.
    const question = { call: "start", args: [] };
    const begun = this.#send({ ...question, files: this.#files, calls: this.#calls });
    return begun.then(async (answer) => {
      if (!answer.error)
        await this.#prepare((call, ...args) => this.#limited({ call, args }));
      return answer;
    });
  }

  #limited(question) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(SLOW), LIMIT);
    return this.#send(question);
  }

  #send(question) {
    return new Promise((resolve) => {
      this.#last += 1;
      this.#waiting.set(this.#last, resolve);
      this.#worker.postMessage({ id: this.#last, ...question });
    });
  }

  #answered({ id, fatal, ...answer }) {
    if (fatal) {
      this.#end(this.#isThere ? FATAL : LOST);
      return;
    }
    this.#isThere = true;
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
    if (!this.#waiting.size) clearTimeout(this.#timer);
  }

  #end(error) {
    clearTimeout(this.#timer);
    this.#worker.terminate();
    this.#ready = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) resolve({ error, fatal: true });
  }
}
