// The part of a Socket.IO client that Reflex asks for, in a tenth of the library's size: one
// namespace, events as text over one WebSocket, and no reconnecting of its own, which Reflex does.
// A message starts with what it is to the connection (0 opened, 1 closing, 2 ping, 3 pong,
// 4 content), content with what it is to the namespace (0 connect, 1 disconnect, 2 event,
// 4 refused) and the namespace's name. BundlePlugin in portal/bundle.py puts this in place.

const OPENING_MS = 20000;

/** The connection: opened on demand, gone when the portal is silent for longer than it promised. */
class Line {
  ready = false;
  engine = { transport: { name: "websocket" }, _maxPayload: Infinity };
  decoder = { tryParse: JSON.parse };
  encoder = {
    replacer: undefined,
    encode: ({ type, data }) => {
      const text = data === undefined ? "" : JSON.stringify(data, this.encoder.replacer);
      return [`${type}${this.space},${text}`];
    },
  };

  constructor(url, opts) {
    this.url = new URL(url);
    this.space = this.url.pathname;
    this.opts = opts;
  }

  /** Connect, unless it does or is; `answer` is called with an error, or with nothing when open. */
  open(answer) {
    if (this.wire) return;
    const query = new URLSearchParams({ ...this.opts.query, EIO: 4, transport: "websocket" });
    const { protocol, host } = this.url;
    const address = `${protocol}//${host}${this.opts.path}/?${query}`;
    const wire = (this.wire = new WebSocket(address, this.opts.protocols));
    this.answer = answer;
    wire.onmessage = ({ data }) => this.receive(data);
    wire.onclose = () => this.end("transport close");
    wire.onerror = () => this.end("transport error");
    this.offline = () => this.end("transport close");
    // A server on this very machine is reached without any network.
    if (this.url.hostname !== "localhost") addEventListener("offline", this.offline);
    this.expect("timeout", OPENING_MS);
  }

  send(type, data) {
    // Encoding may find the packet too large and end the connection.
    for (const text of this.encoder.encode({ type, data })) {
      // After a sleep the timer has not run yet, and a dead connection swallows what is sent.
      if (Date.now() > this.until) this.end("ping timeout");
      else this.wire?.send(`4${text}`);
    }
  }

  /** Take silence for the end after so many milliseconds. */
  expect(reason, ms) {
    clearTimeout(this.timer);
    this.until = Date.now() + ms;
    this.timer = setTimeout(() => this.end(reason), ms);
  }

  receive(text) {
    const [kind, content] = [text[0], text.slice(1)];
    if (kind === "0") {
      const { pingInterval, pingTimeout, maxPayload } = JSON.parse(content);
      this.patience = pingInterval + pingTimeout;
      this.engine._maxPayload = maxPayload;
      this.expect("ping timeout", this.patience);
      this.ready = true;
      this.answer?.();
      this.onopen();
    } else if (kind === "1") this.end("transport close");
    else if (kind === "2") {
      this.expect("ping timeout", this.patience);
      this.wire.send("3");
    } else if (kind === "4") this.read(content);
  }

  read(content) {
    const comma = content.indexOf(",");
    const data = comma + 1 < content.length ? this.decoder.tryParse(content.slice(comma + 1)) : {};
    if (comma < 0 || data === false) this.end("parse error");
    else this.onpacket(content[0], data);
  }

  /** Close it, and say so: as an attempt that failed, or as the end of what was open. */
  end(reason) {
    if (!this.wire) return;
    const { ready, answer, wire } = this;
    wire.onmessage = wire.onclose = wire.onerror = null;
    wire.close();
    clearTimeout(this.timer);
    removeEventListener("offline", this.offline);
    this.wire = this.answer = null;
    this.ready = false;
    if (ready) return this.onend(reason);
    const error = new Error(reason);
    this.onfail(error);
    answer?.(error);
  }
}

/** What Reflex holds: it tells `connect`, `connect_error`, `disconnect` and the portal's events. */
class Socket {
  connected = false;
  wanted = false;
  handlers = {};
  waiting = [];

  constructor(line) {
    this.io = line;
    line.onopen = () => this.wanted && line.send(0, this.auth);
    line.onpacket = (kind, data) => this.take(kind, data);
    line.onend = (reason) => this.lose(reason);
    line.onfail = (error) => this.wanted && this.tell("connect_error", error);
  }

  on(name, handler) {
    (this.handlers[name] ??= []).push(handler);
  }

  off() {
    this.handlers = {};
  }

  tell(name, ...values) {
    this.handlers[name]?.forEach((handler) => handler(...values));
  }

  /** Connect the namespace, through a connection that is there already or a new one. */
  connect() {
    if (this.connected) return;
    this.wanted = true;
    if (this.io.ready) this.io.onopen();
    else this.io.open();
  }

  /** Send an event, now or with the next connection. */
  emit(...event) {
    if (this.connected) this.io.send(2, event);
    else this.waiting.push(event);
  }

  disconnect() {
    if (this.connected) this.io.send(1);
    this.leave("io client disconnect");
  }

  take(kind, data) {
    if (kind === "0") {
      this.connected = true;
      this.waiting.splice(0).forEach((event) => this.emit(...event));
      this.tell("connect");
    } else if (kind === "1") this.leave("io server disconnect");
    else if (kind === "2") this.tell(...data);
    else if (kind === "4") {
      this.leave();
      this.tell("connect_error", new Error(data.message));
    }
  }

  /** Close the connection; only who was connected hears of it. */
  leave(reason) {
    const { connected } = this;
    this.connected = this.wanted = false;
    this.io.end(reason);
    if (connected) this.tell("disconnect", reason);
  }

  /** Hear that the connection is gone; whoever waited for it to be of use hears it too. */
  lose(reason) {
    const { wanted } = this;
    this.connected = false;
    if (wanted) this.tell("disconnect", reason);
  }
}

export default (url, options) => new Socket(new Line(url, options));
