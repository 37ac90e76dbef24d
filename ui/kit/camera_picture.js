// A picture that renews itself, with lines, zones and points drawn over it in shares of its size.
// A picture replaces the last one only when it has arrived, so nothing flickers; a failure is said and tried again.
const RETRY_MS = 3000;

export default {
  template: `
  <figure class="at-camera" :class="{'at-camera--drawing': draft, 'at-camera--lost': lost || !shownSrc}">
    <div class="at-camera__frame" :style="{aspectRatio: ratio}">
      <img v-if="shownSrc" :src="shownSrc" :alt="words.label" class="at-camera__picture" draggable="false">
      <div v-else class="at-camera__waiting">{{ lost ? words.lost : words.waiting }}</div>
      <svg class="at-camera__drawing" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
        <g v-for="shape in shapes" :key="shape.id" :class="['at-camera__shape', 'at-camera__shape--' + shape.kind]">
          <path :d="path(shape.points, shape.kind !== 'line')"/>
        </g>
        <path v-if="draft && draft.kind !== 'points' && draft.points.length > 1" :d="path(draft.points, draft.kind === 'zone')" class="at-camera__draft"/>
      </svg>
      <div class="at-camera__touch" ref="touch" @pointerdown="press" @pointermove="move" @pointerup="release" @pointercancel="release">
        <span v-for="label in labels" :key="label.id" class="at-camera__label" :style="place(label.at)">{{ label.text }}</span>
        <template v-if="draft">
          <i v-for="(point, n) in draft.points" :key="n" class="at-camera__handle" :data-n="n" :style="place(point)">{{ n + 1 }}</i>
        </template>
      </div>
      <figcaption v-if="lost && shownSrc" class="at-camera__lost">{{ words.lost }}</figcaption>
    </div>
  </figure>`,
  props: { src: String, everyMs: Number, shapes: Array, draft: Object, words: Object },
  data: () => ({ shownSrc: "", lost: false, ratio: "16 / 9", held: null }),
  computed: {
    labels() {
      return this.shapes.filter((shape) => shape.label).map((shape) => ({ id: shape.id, text: shape.label, at: shape.points[0] }));
    },
  },
  watch: {
    src() {
      this.shownSrc = "";
      this.renew();
    },
  },
  mounted() {
    document.addEventListener("visibilitychange", this.renew);
    this.renew();
  },
  unmounted() {
    document.removeEventListener("visibilitychange", this.renew);
    clearTimeout(this.timer);
    this.isGone = true;
  },
  methods: {
    path: (points, closed) => "M" + points.map(([x, y]) => `${x * 1000} ${y * 1000}`).join("L") + (closed && points.length > 2 ? "Z" : ""),
    place: ([x, y]) => ({ left: `${x * 100}%`, top: `${y * 100}%` }),
    renew() {
      clearTimeout(this.timer);
      if (!this.src || document.hidden || this.isGone) return;
      const asked = this.src;
      const picture = new Image();
      picture.onload = () => this.arrived(picture, asked);
      picture.onerror = () => this.failed(asked);
      picture.src = `${asked}?n=${Date.now()}`;
    },
    arrived(picture, asked) {
      if (asked !== this.src || this.isGone) return;
      this.shownSrc = picture.src;
      this.ratio = `${picture.naturalWidth} / ${picture.naturalHeight}`;
      this.lost = false;
      if (this.everyMs) this.timer = setTimeout(this.renew, this.everyMs);
    },
    failed(asked) {
      if (asked !== this.src || this.isGone) return;
      this.lost = true;
      this.timer = setTimeout(this.renew, RETRY_MS);
    },
    at(event) {
      const box = this.$refs.touch.getBoundingClientRect();
      const share = (value, size) => Math.min(Math.max(value / size, 0), 1);
      return { x: share(event.clientX - box.left, box.width), y: share(event.clientY - box.top, box.height) };
    },
    press(event) {
      if (!this.draft) return;
      const handle = event.target.dataset.n;
      this.held = handle === undefined ? null : Number(handle);
      if (this.held === null) this.$emit("placed", this.at(event));
      else this.$refs.touch.setPointerCapture(event.pointerId);
    },
    move(event) {
      if (this.held === null || !this.draft) return;
      const { x, y } = this.at(event);
      this.draft.points[this.held] = [x, y];
    },
    release(event) {
      if (this.held === null) return;
      this.$emit("moved", { n: this.held, ...this.at(event) });
      this.held = null;
    },
  },
};
