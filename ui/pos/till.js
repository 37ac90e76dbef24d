// The part of a till that lives in the browser: shortcuts, the cursor's place, and selling while the server is away.
//
// What is sold offline is an order with a key made here, written to IndexedDB before the drawer opens, signed over the
// very bytes that will be sent, and sent until the server has it. Sent twice, from two tabs or after a time-out, it is
// one sale there. The signing key cannot be read back out of the browser.

const DATABASE = "atrium-till";
const PATIENCE_MS = 1500; // a short hiccup of the network is no reason to change the screen
const RETRY_MS = 10000;
const FEW = 6;

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("orders", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(store, mode, work) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const kept = {
  get: (name) => within("kept", "readonly", (store) => store.get(name)),
  put: (name, value) => within("kept", "readwrite", (store) => store.put(value, name)),
};
const orders = {
  all: () => within("orders", "readonly", (store) => store.getAll()),
  put: (order) => within("orders", "readwrite", (store) => store.put(order)),
  remove: (key) => within("orders", "readwrite", (store) => store.delete(key)),
};

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

async function importKey(text) {
  return crypto.subtle.importKey("raw", bytes(text), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

async function signed(pairing, payload) {
  const signature = await crypto.subtle.sign("HMAC", pairing.key, new TextEncoder().encode(payload));
  return { mall_id: pairing.mall, till: pairing.till, payload, signature: hex(signature) };
}

// One tab at a time; the others wait and then find nothing left to send.
function syncAll(onChange) {
  return navigator.locks.request("atrium-till-sync", async () => {
    for (const order of await orders.all()) {
      const answer = await send(order.body);
      if (answer === null || answer.status === 429 || answer.status >= 500) return; // the server is still away
      if (answer.ok) await orders.remove(order.key);
      else await orders.put({ ...order, refused: await reasonOf(answer) });
      await onChange();
    }
  });
}

async function send(body) {
  const headers = { "Content-Type": "application/json" };
  try {
    return await fetch("/api/v1/pos/orders", { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    return null;
  }
}

async function reasonOf(answer) {
  try {
    const problem = await answer.json();
    return { code: problem.code ?? String(answer.status), detail: problem.detail ?? "" };
  } catch {
    return { code: String(answer.status), detail: "" };
  }
}

const yuan = (fen) => `¥${Math.trunc(fen / 100).toLocaleString("en-US")}.${String(fen % 100).padStart(2, "0")}`;

function fenOf(text) {
  const match = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(String(text).trim());
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0") || 0) : null;
}

export default {
  template: `
    <div v-if="isOffline || lines.length" class="at-offline" role="dialog" :aria-label="words.title">
      <header class="at-offline__head">
        <span class="at-badge" :class="isOffline ? 'at-badge--watch' : 'at-badge--good'">
          {{ isOffline ? words.offline : words.online }}</span>
        <strong>{{ words.title }} · {{ pair?.till }}</strong>
        <span class="at-toolbar__spacer"></span>
        <span class="at-offline__queue">{{ words.queued }} {{ queue.length }}</span>
        <button v-if="!isOffline && pairing" class="at-offline__button" @click="goOnline">{{ words.resume }}</button>
      </header>
      <p v-if="isPaying" class="at-notice at-notice--act">{{ words.paying }}</p>
      <p v-for="order in refused" :key="order.key" class="at-notice at-notice--act">
        {{ words.refused }} {{ order.key.slice(0, 8) }}: {{ order.refused.detail }} ({{ order.refused.code }})</p>
      <div class="at-offline__body">
        <section class="at-offline__left">
          <input ref="scan" class="at-offline__scan" v-model="typed" :placeholder="words.scan" :aria-label="words.scan"
                 @keydown.enter.prevent="scan" autocomplete="off">
          <button v-for="one in hits" :key="one.sku" class="at-offline__hit" @click="add(one)">
            <span>{{ one.name }}</span><span>{{ yuan(one.unit_fen) }}</span></button>
          <p v-if="isUnknown" class="at-notice at-notice--watch">{{ words.unknown }}</p>
          <ul class="at-offline__lines">
            <li v-for="(line, number) in lines" :key="line.sku">
              <span class="at-grow">{{ line.name }}</span>
              <button @click="count(number, line.quantity - 1)" :aria-label="words.less">−</button>
              <span class="at-figures">{{ line.quantity }}</span>
              <button @click="count(number, line.quantity + 1)" :aria-label="words.more">+</button>
              <span class="at-figures at-offline__fen">{{ yuan(line.quantity * line.unit_fen) }}</span>
            </li>
          </ul>
        </section>
        <section class="at-offline__right">
          <span class="at-muted">{{ words.total }}</span>
          <strong class="at-offline__total">{{ yuan(total) }}</strong>
          <label>{{ words.given }}<input ref="given" class="at-offline__scan" v-model="given" inputmode="decimal"
            @keydown.enter.prevent="finish" autocomplete="off"></label>
          <span v-if="change !== null" class="at-offline__change">{{ words.change }} {{ yuan(change) }}</span>
          <p v-if="problem" class="at-notice at-notice--act">{{ problem }}</p>
          <button class="at-offline__button at-offline__button--main" :disabled="!canFinish || isBusy" @click="finish">
            {{ words.finish }}</button>
          <div v-if="last" class="at-receipt">
            <strong>{{ words.title }} · {{ last.till }}</strong>
            <span>{{ last.key.slice(0, 8) }} · {{ last.at }}</span>
            <span v-for="line in last.lines" :key="line.sku" class="at-receipt__line">
              <span>{{ line.name }} × {{ line.quantity }}</span><span>{{ yuan(line.quantity * line.unit_fen) }}</span></span>
            <span class="at-receipt__line at-strong"><span>{{ words.total }}</span><span>{{ yuan(last.cash_fen) }}</span></span>
            <span class="at-receipt__line"><span>{{ words.change }}</span><span>{{ yuan(last.change_fen) }}</span></span>
          </div>
          <button v-if="last" class="at-offline__button" @click="print">{{ words.print }}</button>
        </section>
      </div>
    </div>`,
  props: {
    words: { type: Object, default: () => ({}) },
    articles: { type: Array, default: () => [] },
    basket: { type: Array, default: () => [] },
    pairing: { type: Object, default: null },
    limits: { type: Object, default: () => ({ order_fen: 500000, orders: 200 }) },
    shortcuts: { type: Array, default: () => [] },
    isPaying: { type: Boolean, default: false },
  },
  data: () => ({
    isOffline: false, typed: "", given: "", lines: [], queue: [], pair: null, list: [], begun: null, last: null,
    problem: "", isUnknown: false, isBusy: false,
  }),
  computed: {
    total() {
      return this.lines.reduce((sum, line) => sum + line.quantity * line.unit_fen, 0);
    },
    change() {
      const given = fenOf(this.given);
      return given === null || given < this.total ? null : given - this.total;
    },
    canFinish() {
      return this.lines.length > 0 && (this.given.trim() === "" || this.change !== null);
    },
    refused() {
      return this.queue.filter((order) => order.refused);
    },
    hits() {
      const wanted = this.typed.trim().toLowerCase().replaceAll(" ", "");
      return wanted ? this.list.filter((one) => one.search.includes(wanted)).slice(0, FEW) : [];
    },
  },
  watch: {
    pairing: { handler: "keepPairing", immediate: true },
    articles: { handler: "keepArticles", immediate: true },
    lines: { handler() { kept.put("draft", JSON.parse(JSON.stringify(this.lines))); }, deep: true },
  },
  async mounted() {
    this.onKey = (event) => this.pressed(event);
    window.addEventListener("keydown", this.onKey, true);
    this.onOnline = () => this.sync();
    window.addEventListener("online", this.onOnline);
    this.listening = setInterval(() => this.listen(), 200);
    this.retrying = setInterval(() => this.queue.length && this.sync(), RETRY_MS);
    const known = await kept.get("pairing");
    this.pair ??= known ? Object.freeze(known) : null;
    if (!this.list.length) this.list = (await kept.get("articles")) ?? [];
    const draft = (await kept.get("draft")) ?? [];
    if (!this.lines.length) this.lines = draft;
    await this.look();
    await this.sync();
  },
  unmounted() {
    window.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("online", this.onOnline);
    clearInterval(this.listening);
    clearInterval(this.retrying);
    clearTimeout(this.leaving);
    window.socket?.off("disconnect", this.onLost);
    window.socket?.off("connect", this.onFound);
  },
  methods: {
    yuan,
    listen() {
      if (!window.socket) return;
      clearInterval(this.listening);
      this.onLost = () => { this.leaving = setTimeout(() => this.goOffline(), PATIENCE_MS); };
      this.onFound = () => { clearTimeout(this.leaving); this.isOffline = false; this.sync(); };
      window.socket.on("disconnect", this.onLost);
      window.socket.on("connect", this.onFound);
      if (!window.socket.connected) this.onLost(); // it may have gone before anybody listened
    },
    async keepPairing() {
      if (!this.pairing) return;
      const { mall, till, key } = this.pairing;
      this.pair = Object.freeze({ mall, till, key: await importKey(key) }); // frozen: no proxy goes into IndexedDB
      await kept.put("pairing", this.pair);
    },
    async keepArticles() {
      if (!this.articles.length) return;
      this.list = this.articles;
      await kept.put("articles", JSON.parse(JSON.stringify(this.articles)));
    },
    async look() {
      this.queue = await orders.all();
      this.$emit("queue", { waiting: this.queue.length, refused: this.refused.length });
    },
    async sync() {
      const before = this.queue.length;
      await syncAll(() => this.look());
      await this.look();
      if (this.queue.length < before) this.$emit("synced", { orders: before - this.queue.length });
    },
    async goOffline() {
      if (!this.pair) return;
      this.isOffline = true;
      this.last = null;
      if (!this.lines.length && !this.isPaying) this.lines = this.basket.map((line) => ({ ...line }));
      this.begun = Date.now();
      await this.$nextTick();
      this.$refs.scan?.focus();
    },
    goOnline() {
      this.$emit("resume", { lines: this.lines.map(({ sku, quantity }) => ({ sku, quantity })) });
      this.lines = [];
      this.last = null;
    },
    pressed(event) {
      if (this.isOffline || this.lines.length) {
        if (event.key === "F9") { event.preventDefault(); this.finish(); }
        return;
      }
      if (this.shortcuts.includes(event.key) && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        event.stopPropagation();
        this.$emit("shortcut", { key: event.key });
      } else if (event.key.length === 1 && !event.ctrlKey && document.activeElement === document.body) {
        document.querySelector(".at-till__scan input")?.focus(); // a scanner types wherever the cursor is not
      }
    },
    scan() {
      const code = this.typed.trim();
      const found = this.list.find((one) => one.barcodes.includes(code) || one.sku === code) ?? (this.hits.length === 1 ? this.hits[0] : null);
      this.isUnknown = Boolean(code) && !found && !this.hits.length;
      if (found) this.add(found);
      else if (!code && this.lines.length) this.$refs.given.focus();
    },
    add({ sku, name, category, unit_fen }) {
      if (!this.lines.length) this.begun = Date.now();
      const line = this.lines.find((one) => one.sku === sku);
      if (line) line.quantity += 1;
      else this.lines.push({ sku, name, category, unit_fen, quantity: 1 });
      this.typed = "";
      this.isUnknown = false;
      this.$refs.scan?.focus();
    },
    count(number, quantity) {
      if (quantity <= 0) this.lines.splice(number, 1);
      else this.lines[number].quantity = quantity;
    },
    async finish() {
      if (!this.canFinish || this.isBusy || !this.pair) return;
      this.problem = "";
      if (this.total > this.limits.order_fen) { this.problem = this.words.too_dear; return; }
      if (this.queue.length >= this.limits.orders) { this.problem = this.words.too_many; return; }
      this.isBusy = true;
      try {
        await this.keep();
      } catch (error) {
        this.problem = `${this.words.not_kept} (${error?.name ?? error})`;
      } finally {
        this.isBusy = false;
      }
    },
    async keep() {
      const now = new Date();
      const order = {
        key: crypto.randomUUID(), till: this.pair.till, occurred_at: now.toISOString(), cash_fen: this.total,
        items: this.lines.map(({ sku, name, category, quantity, unit_fen }) => ({ sku, name, category, quantity, unit_fen })),
        seconds: Math.max(1, Math.round((Date.now() - (this.begun ?? Date.now())) / 1000)),
      };
      await orders.put({ key: order.key, body: await signed(this.pair, JSON.stringify(order)) });
      this.last = { ...order, lines: order.items, at: now.toLocaleString(), change_fen: this.change ?? 0 };
      this.lines = [];
      this.given = this.typed = "";
      await this.look();
      this.$refs.scan?.focus();
      if (!this.isOffline) await this.sync();
    },
    print() {
      window.print();
    },
  },
};
