// The store on a hand-held: scan, choose, confirm. A move gets its key here and lies in IndexedDB before the screen says
// that it is noted; it is handed to the server until the server has answered for it. The key makes it one move there,
// however often it arrives: after a time-out, from two tabs, or after the battery was changed.

const DATABASE = "atrium-warehouse";
const PATIENCE_MS = 1500;
const RETRY_MS = 4000;
const FEW = 6;

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("moves", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(mode, work) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("moves", mode, { durability: "strict" });
      const request = work(transaction.objectStore("moves"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const moves = {
  all: () => within("readonly", (store) => store.getAll()),
  put: (move) => within("readwrite", (store) => store.put(move)),
  remove: (key) => within("readwrite", (store) => store.delete(key)),
};

const plain = (value) => JSON.parse(JSON.stringify(value));

export default {
  template: `
    <div class="at-offline at-handheld" :class="{ 'at-handheld--away': isAway }">
      <header class="at-offline__head">
        <span class="at-badge" :class="isAway ? 'at-badge--watch' : 'at-badge--good'">{{ isAway ? words.offline : words.online }}</span>
        <strong class="at-grow">{{ words.title }}</strong>
        <span class="at-offline__queue">{{ words.queued }} <b>{{ mine.length }}</b></span>
        <a class="at-offline__button at-handheld__home" href="/">{{ words.home }}</a>
      </header>
      <div v-for="move in refused" :key="move.key" class="at-notice at-notice--act at-handheld__refused">
        <span class="at-grow">{{ words.refused }} {{ move.label }}: {{ move.refused.detail }} ({{ move.refused.code }})</span>
        <button class="at-offline__button" @click="drop(move.key)">{{ words.drop }}</button>
      </div>
      <div class="at-offline__body">
        <section class="at-offline__left">
          <nav class="at-handheld__modes">
            <button v-for="one in modes" :key="one" class="at-offline__button" :aria-pressed="one === mode"
              :class="{ 'at-offline__button--main': one === mode }" @click="choose(one)">{{ words[one] }}</button>
          </nav>
          <input ref="scan" class="at-offline__scan" v-model="typed" :placeholder="words.scan" :aria-label="words.scan"
            @keydown.enter.prevent="scan" autocomplete="off" inputmode="search">
          <button v-if="hasCamera" class="at-offline__button" @click="look">{{ isLooking ? words.stop_camera : words.camera }}</button>
          <p v-else class="at-muted at-small">{{ words.no_camera }}</p>
          <video v-show="isLooking" ref="video" class="at-handheld__video" muted playsinline></video>
          <button v-for="one in hits" :key="one.id" class="at-offline__hit" @click="take(one)"><span>{{ one.name }}</span><span>{{ one.sku }}</span></button>
          <p v-if="isUnknown" class="at-notice at-notice--watch">{{ words.unknown }}</p>
          <p v-if="note" class="at-notice at-notice--good" role="status">{{ note }}</p>
        </section>
        <section class="at-offline__right">
          <p v-if="!item" class="at-muted">{{ words.begin }}</p>
          <template v-else>
            <strong class="at-handheld__name">{{ item.name }}</strong><span class="at-muted">{{ item.sku }}</span>
            <template v-if="mode === 'lookup'">
              <p v-if="!lying.length" class="at-muted">{{ words.none }}</p>
              <ul class="at-offline__lines"><li v-for="one in lying" :key="one.place + '-' + one.lot">
                <span class="at-grow">{{ placeName(one.place) }} {{ one.lot_code }}</span><b class="at-figures">{{ one.pieces }}</b></li></ul>
            </template>
            <template v-else>
              <label v-if="mode === 'receive'">{{ words.order }}<select v-model="order" class="at-offline__scan">
                <option :value="0">{{ words.no_order }}</option>
                <option v-for="one in itsOrders" :key="one.id" :value="one.id">{{ one.number }} · {{ words.lacking }} {{ one.lacking[item.id] }}</option></select></label>
              <label v-if="mode === 'count'">{{ words.sheet }}<select v-model="sheet" class="at-offline__scan">
                <option v-for="one in counts" :key="one.id" :value="one.id">{{ one.name }}</option></select></label>
              <label>{{ mode === 'receive' || mode === 'count' ? words.at : words.from }}<select v-model="place" class="at-offline__scan">
                <option v-for="one in fromPlaces" :key="one.id" :value="one.id">{{ one.name }}{{ mode === 'count' ? '' : ' · ' + lyingAt(one.id) }}</option></select></label>
              <label v-if="item.has_lots && mode !== 'receive'">{{ words.lot }}<select v-model="lot" class="at-offline__scan">
                <option v-for="one in itsLots" :key="one.lot" :value="one.lot">{{ one.lot_code }}</option></select></label>
              <template v-if="item.has_lots && mode === 'receive'">
                <label>{{ words.lot }}<input v-model="lotCode" class="at-offline__scan" autocomplete="off"></label>
                <label>{{ words.expires }}<input v-model="expires" type="date" class="at-offline__scan"></label>
              </template>
              <label v-if="mode === 'move'">{{ words.to }}<select v-model="target" class="at-offline__scan">
                <option v-for="one in places.filter((p) => p.id !== place)" :key="one.id" :value="one.id">{{ one.name }}</option></select></label>
              <label v-if="mode === 'issue'">{{ words.reason }}<select v-model="reason" class="at-offline__scan">
                <option v-for="(name, one) in reasons" :key="one" :value="one">{{ name }}</option></select></label>
              <div class="at-handheld__pieces">
                <button class="at-offline__button" @click="pieces = Math.max(least, Number(pieces) - 1)" :aria-label="words.less">−</button>
                <input v-model="pieces" class="at-offline__scan at-figures" inputmode="numeric" :aria-label="words.pieces" @keydown.enter.prevent="confirm">
                <button class="at-offline__button" @click="pieces = Number(pieces) + 1" :aria-label="words.more">+</button>
              </div>
              <button class="at-offline__button at-offline__button--main" :disabled="!isSound || isBusy" @click="confirm">{{ words.confirm }}</button>
            </template>
          </template>
          <p v-if="problem" class="at-notice at-notice--act">{{ problem }}</p>
        </section>
      </div>
    </div>`,
  props: {
    words: { type: Object, default: () => ({}) },
    modes: { type: Array, default: () => [] },
    reasons: { type: Object, default: () => ({}) },
    items: { type: Array, default: () => [] },
    places: { type: Array, default: () => [] },
    quants: { type: Array, default: () => [] },
    orders: { type: Array, default: () => [] },
    counts: { type: Array, default: () => [] },
    who: { type: String, default: "" },
    clock: { type: Number, default: 0 },
  },
  data: () => ({
    isAway: false, mode: "", typed: "", item: null, place: 0, target: 0, lot: 0, order: 0, sheet: 0, reason: "",
    lotCode: "", expires: "", pieces: 1, queue: [], note: "", problem: "", isUnknown: false, isBusy: false,
    isLooking: false, hasCamera: false, ahead: 0,
  }),
  computed: {
    mine() { return this.queue.filter((move) => move.who === this.who && !move.refused); },
    refused() { return this.queue.filter((move) => move.who === this.who && move.refused); },
    least() { return this.mode === "count" ? 0 : 1; },
    lying() { return this.item ? this.quants.filter((one) => one.item === this.item.id) : []; },
    itsLots() { return this.mode === "count" ? this.lying : this.lying.filter((one) => one.place === this.place); },
    itsOrders() { return this.orders.filter((one) => one.lacking[this.item.id] > 0); },
    fromPlaces() {
      if (this.mode === "receive") return this.places;
      const sheet = this.counts.find((one) => one.id === this.sheet);
      if (this.mode === "count") return this.places.filter((one) => sheet?.places.includes(one.id));
      return this.places.filter((one) => this.lyingAt(one.id) > 0);
    },
    isSound() {
      const pieces = Number(this.pieces);
      if (!this.item || !this.place || !Number.isInteger(pieces) || pieces < this.least) return false;
      if (this.item.has_lots && (this.mode === "receive" ? !this.lotCode.trim() : !this.lot)) return false;
      return this.mode !== "move" || (this.target > 0 && this.target !== this.place);
    },
    hits() {
      const wanted = this.typed.trim().toLowerCase().replaceAll(" ", "");
      return wanted ? this.items.filter((one) => one.search.includes(wanted)).slice(0, FEW) : [];
    },
  },
  watch: {
    clock: { handler(now) { if (now) this.ahead = Date.now() - now; }, immediate: true },
    place() { this.lot = this.itsLots[0]?.lot ?? 0; },
    sheet() { this.place = this.fromPlaces[0]?.id ?? 0; },
  },
  async mounted() {
    this.mode = this.modes[0] ?? "lookup";
    this.reason = Object.keys(this.reasons)[0] ?? "";
    this.hasCamera = "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);
    this.listening = setInterval(() => this.listen(), 200);
    this.retrying = setInterval(() => this.sync(), RETRY_MS);
    this.onKey = (event) => {
      if (event.key.length === 1 && !event.ctrlKey && document.activeElement === document.body) this.$refs.scan?.focus();
    };
    window.addEventListener("keydown", this.onKey, true);
    await this.read();
    this.$refs.scan?.focus();
    this.sync();
  },
  unmounted() {
    clearInterval(this.listening);
    clearInterval(this.retrying);
    clearTimeout(this.leaving);
    window.removeEventListener("keydown", this.onKey, true);
    window.socket?.off("disconnect", this.onLost);
    window.socket?.off("connect", this.onFound);
    this.dark();
  },
  methods: {
    listen() {
      if (!window.socket) return;
      clearInterval(this.listening);
      this.onLost = () => { this.leaving = setTimeout(() => { this.isAway = true; }, PATIENCE_MS); };
      this.onFound = () => { clearTimeout(this.leaving); this.isAway = false; this.sync(); };
      window.socket.on("disconnect", this.onLost);
      window.socket.on("connect", this.onFound);
      if (!window.socket.connected) this.onLost();
    },
    async read() { this.queue = await moves.all(); },
    sync() {
      if (!window.socket?.connected) return;
      for (const move of this.mine) this.$emit("move", plain(move)); // the key makes a second arrival nothing
    },
    async settled(key, refused) {
      const move = this.queue.find((one) => one.key === key);
      if (!move) return;
      if (refused) await moves.put({ ...plain(move), refused });
      else await moves.remove(key);
      await this.read();
    },
    async drop(key) { await moves.remove(key); await this.read(); },
    placeName(id) { return this.places.find((one) => one.id === id)?.name ?? ""; },
    lyingAt(place) { return this.lying.filter((one) => one.place === place).reduce((sum, one) => sum + one.pieces, 0); },
    choose(mode) { this.mode = mode; if (this.item) this.take(this.item); this.$refs.scan?.focus(); },
    scan() {
      const code = this.typed.trim();
      const found = this.items.find((one) => one.barcodes.includes(code) || one.sku === code) ?? (this.hits.length === 1 ? this.hits[0] : null);
      this.isUnknown = Boolean(code) && !found && !this.hits.length;
      if (found) this.take(found);
    },
    take(item) {
      this.item = item;
      this.typed = this.note = this.problem = this.lotCode = this.expires = "";
      this.isUnknown = false;
      this.order = this.mode === "receive" ? this.itsOrders[0]?.id ?? 0 : 0;
      this.sheet = this.counts[0]?.id ?? 0;
      this.place = this.fromPlaces[0]?.id ?? 0;
      this.target = this.places.find((one) => one.id !== this.place)?.id ?? 0;
      this.lot = this.itsLots[0]?.lot ?? 0;
      this.pieces = this.least;
    },
    async confirm() {
      if (!this.isSound || this.isBusy) return;
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
      const { mode, item, place, target, lot, order, sheet, reason, expires } = this;
      await moves.put(plain({
        key: crypto.randomUUID(), who: this.who, kind: mode, label: `${this.words[mode]} ${item.name}`, item: item.id, place,
        target, lot, order, sheet, reason, lot_code: this.lotCode.trim(), expires: expires || null,
        pieces: Number(this.pieces), at: new Date(Date.now() - this.ahead).toISOString(),
      }));
      this.note = `${this.words.kept} ${this.words[mode]} ${item.name} × ${this.pieces}`;
      this.item = null;
      this.problem = "";
      await this.read();
      this.$refs.scan?.focus();
      this.sync();
    },
    async look() {
      if (this.isLooking) { this.dark(); return; }
      try {
        this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        this.hasCamera = false;
        return;
      }
      this.isLooking = true;
      this.$refs.video.srcObject = this.stream;
      await this.$refs.video.play();
      const detector = new window.BarcodeDetector();
      this.watching = setInterval(async () => {
        const [found] = await detector.detect(this.$refs.video).catch(() => []);
        if (!found) return;
        this.dark();
        this.typed = found.rawValue;
        this.scan();
      }, 250);
    },
    dark() {
      clearInterval(this.watching);
      this.stream?.getTracks().forEach((track) => track.stop());
      this.isLooking = false;
    },
  },
};
