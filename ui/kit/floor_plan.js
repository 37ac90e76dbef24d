// One floor seen from above: zoom, pan, labels that fit, heat, states, doors with values, counting lines to draw.
// Everything that changes often arrives through put(), so that the geometry crosses the wire once.
const LABEL_PX = 11.5;
const NUMBER_PX = 9.5;
const PILL_PX = 12;
const HALO_PX = 2.5;
const MARGIN_PX = { x: 44, y: 34 }; // room for the pills of doors at the edge
const MAX_ZOOM = 14;
const HEAT_DETAIL = 5; // pixels of the heat picture per cell and direction
const HEAT_STEPS = 7;

const path = (rings) => rings.map((ring) => "M" + ring.map((p) => p.join(" ")).join("L") + "Z").join("");
const isWide = (letter) => letter.charCodeAt(0) > 0x2e7f;
const textWidth = (text, px) => [...text].reduce((sum, letter) => sum + (isWide(letter) ? px : px * 0.56), 0);

export default {
  template: `
  <div class="at-plan" :class="{'at-plan--panning': drag, 'at-plan--editing': shown.draft}">
    <svg ref="svg" class="at-plan__svg" :viewBox="[view.x, view.y, view.w, view.h].join(' ')"
         role="group" :aria-label="words.label"
         @wheel.prevent="wheel" @pointerdown="press" @pointermove="move" @pointerup="release" @pointercancel="release"
         @pointerleave="leave">
      <defs>
        <clipPath :id="'clip-' + uid"><path :d="outlinePath" clip-rule="evenodd"/></clipPath>
        <pattern :id="'hatch-' + uid" width="1.6" height="1.6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V1.6" class="at-plan__hatch"/></pattern>
      </defs>
      <path class="at-plan__floor" :d="outlinePath" fill-rule="evenodd"/>
      <path v-for="space in shape.spaces" :key="space.id" :d="path(space.rings)" fill-rule="evenodd"
            class="at-plan__space" :class="'at-plan__space--' + space.kind"
            :style="hatched(space.kind) ? {fill: 'url(#hatch-' + uid + ')'} : null"/>
      <path v-for="(d, kind) in fixturePaths" :key="kind" :d="d" class="at-plan__fixture" :class="'at-plan__fixture--' + kind"/>
      <path v-for="unit in shape.units" :key="unit.id" :d="path(unit.rings)" fill-rule="evenodd"
            class="at-plan__unit" :class="unitClass(unit)" :data-unit="unit.id"/>
      <image v-if="heatPicture" :href="heatPicture.href" :x="heatPicture.x" :y="heatPicture.y" :width="heatPicture.w"
             :height="heatPicture.h" preserveAspectRatio="none" :clip-path="'url(#clip-' + uid + ')'" class="at-plan__heat"/>
      <path class="at-plan__outline" :d="outlinePath"/>
      <g class="at-plan__labels">
        <template v-for="label in labels" :key="label.id">
          <text :x="label.x" :y="label.y" :font-size="px(LABEL_PX)" class="at-plan__label" :stroke-width="px(HALO_PX)">
            <tspan v-for="(line, n) in label.lines" :key="n" :x="label.x" :dy="n ? px(LABEL_PX * 1.2) : 0">{{ line }}</tspan>
          </text>
          <text v-if="label.note" :x="label.x" :y="label.noteY" :font-size="px(NUMBER_PX)" class="at-plan__note" :stroke-width="px(HALO_PX)">{{ label.note }}</text>
        </template>
      </g>
      <g v-for="line in shown.lines" :key="line.id" class="at-plan__line" :class="{'at-plan__line--chosen': line.id === shown.chosen}"
         :data-line="line.id">
        <path :d="'M' + line.a.join(' ') + 'L' + line.b.join(' ')" class="at-plan__line-hit"/>
        <path :d="'M' + line.a.join(' ') + 'L' + line.b.join(' ')"/>
        <path :d="arrow(line)" class="at-plan__line-arrow"/>
      </g>
      <g v-for="door in doors" :key="door.id" class="at-plan__door" :data-door="door.id"
         :transform="'translate(' + door.at.join(' ') + ') scale(' + px(1) + ')'">
        <circle r="4.5" class="at-plan__door-dot" :class="door.state ? 'at-plan__door-dot--' + door.state : ''"/>
        <g v-if="door.value" :transform="'translate(' + door.dx + ' ' + door.dy + ')'">
          <rect :x="-door.width / 2" y="-11" :width="door.width" height="22" rx="11" class="at-plan__pill"/>
          <text y="4.2" :font-size="PILL_PX" class="at-plan__pill-text">{{ door.value }}</text>
        </g>
      </g>
      <g v-for="(pin, n) in shown.pins || []" :key="'pin-' + n" class="at-plan__pin"
         :transform="'translate(' + pin.join(' ') + ') scale(' + px(1) + ')'"><circle r="11"/><text y="4.4" font-size="12">{{ n + 1 }}</text></g>
      <g v-if="shown.draft" class="at-plan__draft">
        <path :d="'M' + shown.draft.a.join(' ') + 'L' + shown.draft.b.join(' ')"/>
        <path :d="arrow(shown.draft)" class="at-plan__line-arrow"/>
        <circle v-for="end in ['a', 'b']" :key="end" :cx="shown.draft[end][0]" :cy="shown.draft[end][1]" :r="px(9)" :data-end="end"/>
      </g>
    </svg>
    <div class="at-plan__controls">
      <button type="button" :aria-label="words.zoom_in" :title="words.zoom_in" @click="zoom(1.5)"><svg viewBox="0 0 24 24"><path d="M12 6v12M6 12h12"/></svg></button>
      <button type="button" :aria-label="words.zoom_out" :title="words.zoom_out" @click="zoom(1 / 1.5)"><svg viewBox="0 0 24 24"><path d="M6 12h12"/></svg></button>
      <button type="button" :aria-label="words.fit" :title="words.fit" @click="fit"><svg viewBox="0 0 24 24"><path d="M5 9V5h4M15 5h4v4M19 15v4h-4M9 19H5v-4"/></svg></button>
    </div>
    <div v-if="shown.legend" class="at-plan__legend">
      <template v-if="shown.legend.scale"><span>{{ shown.legend.low }}</span><i class="at-plan__ramp"></i><span>{{ shown.legend.high }}</span></template>
      <span v-for="entry in shown.legend.states || []" :key="entry.state" class="at-plan__key">
        <i :class="'at-plan__swatch at-plan__swatch--' + entry.state"></i>{{ entry.text }}</span>
      <span v-if="shown.legend.title" class="at-plan__legend-title">{{ shown.legend.title }}</span>
    </div>
    <div v-if="tip" class="at-plan__tip" :style="{left: tip.x + 'px', top: tip.y + 'px'}">
      <b>{{ tip.title }}</b><span v-for="row in tip.rows" :key="row">{{ row }}</span></div>
  </div>`,
  props: {
    shape: { type: Object, required: true },
    units: { type: Object, default: () => ({}) },
    heat: { type: Object, default: null },
    doorValues: { type: Object, default: () => ({}) },
    lines: { type: Array, default: () => [] },
    chosen: { type: [String, Number], default: null },
    draft: { type: Object, default: null },
    pins: { type: Array, default: null },
    legend: { type: Object, default: null },
    words: { type: Object, required: true },
    showsDoors: { type: Boolean, default: true },
  },
  data() {
    const { units, heat, doorValues, lines, chosen, draft, pins, legend } = this;
    return {
      shown: { units, heat, doorValues, lines, chosen, draft, pins, legend },
      view: { x: 0, y: 0, w: 1, h: 1 },
      size: { w: 1, h: 1 },
      tip: null, drag: null, heatPicture: null, pointers: {},
      uid: Math.random().toString(36).slice(2), LABEL_PX, NUMBER_PX, PILL_PX, HALO_PX, isFitted: true,
    };
  },
  watch: {
    shape() { this.fit(); this.drawHeat(); },
  },
  mounted() {
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(this.$refs.svg);
    this.lighting = new MutationObserver(() => this.drawHeat());
    this.lighting.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.measure();
    this.fit();
    this.drawHeat();
  },
  beforeUnmount() {
    this.resizing?.disconnect();
    this.lighting?.disconnect();
  },
  computed: {
    bounds() {
      const points = this.shape.outline.flat();
      const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
    },
    outlinePath() { return path(this.shape.outline); },
    fixturePaths() {
      const byKind = {};
      for (const fixture of this.shape.fixtures) byKind[fixture.kind] = (byKind[fixture.kind] || "") + fixture.rings.map((ring) => "M" + ring.map((p) => p.join(" ")).join("L") + (fixture.closed ? "Z" : "")).join("");
      return byKind;
    },
    pixelsPerMetre() { return Math.min(this.size.w / this.view.w, this.size.h / this.view.h) || 1; },
    labels() { return this.shape.units.map((unit) => this.label(unit)).filter(Boolean); },
    doors() {
      if (!this.showsDoors) return [];
      return this.shape.doors.filter((door) => this.shown.doorValues[door.id]).map((door) => {
        const given = this.shown.doorValues[door.id] || {};
        const width = given.value ? textWidth(given.value, PILL_PX) + 18 : 0;
        const [ix, iy] = door.inward || [0, 1];
        return { ...door, ...given, width, dx: -ix * (width / 2 + 8), dy: -iy * 20 };
      });
    },
  },
  methods: {
    path,
    px(pixels) { return pixels / this.pixelsPerMetre; },
    hatched(kind) { return kind === "service" || kind === "void"; },
    put(changes) {
      Object.assign(this.shown, changes);
      if ("heat" in changes) this.drawHeat();
    },
    unitClass(unit) {
      const given = this.shown.units[unit.id];
      return [
        `at-plan__unit--${unit.kind}`,
        given?.state ? `at-plan__unit--${given.state}` : "",
        given?.step ? `at-plan__unit--step at-plan__unit--step-${given.step}` : "",
        unit.id === this.shown.chosen ? "at-plan__unit--chosen" : "",
      ];
    },
    label(unit) {
      const [x, y] = unit.label_at;
      const room = this.roomAt(unit, x, y) * this.pixelsPerMetre - 6;
      const height = unit.height * this.pixelsPerMetre;
      if (room < 22 || height < 14) return null;
      const note = this.shown.units[unit.id]?.value || "";
      const lines = this.wrap(unit.name, room, height);
      if (!lines) return null;
      const noteFits = note && height > lines.length * 14 + 16 && textWidth(note, NUMBER_PX) < room;
      const top = y - this.px(((lines.length - 1) * LABEL_PX * 1.2 + (noteFits ? 13 : 0)) / 2) + this.px(LABEL_PX * 0.36);
      return { id: unit.id, x, y: top, lines, note: noteFits ? note : "", noteY: top + this.px((lines.length - 1) * LABEL_PX * 1.2 + 13) };
    },
    wrap(name, room, height) {
      if (textWidth(name, LABEL_PX) <= room) return [name];
      if (height < 32) return null;
      const words = name.includes(" ") ? name.split(" ") : [name.slice(0, Math.ceil(name.length / 2)), name.slice(Math.ceil(name.length / 2))];
      const middle = Math.ceil(words.length / 2);
      const glue = name.includes(" ") ? " " : "";
      const lines = [words.slice(0, middle).join(glue), words.slice(middle).join(glue)].filter(Boolean);
      return lines.every((line) => textWidth(line, LABEL_PX) <= room) ? lines : null;
    },
    roomAt(unit, x, y) {
      // the free width to both sides of the label's centre, along a horizontal line through the unit
      const crossings = [];
      for (const ring of unit.rings)
        for (let i = 0; i < ring.length - 1; i++) {
          const [[x1, y1], [x2, y2]] = [ring[i], ring[i + 1]];
          if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
        }
      const left = Math.max(...crossings.filter((c) => c <= x), -Infinity);
      const right = Math.min(...crossings.filter((c) => c >= x), Infinity);
      return Number.isFinite(left) && Number.isFinite(right) ? 2 * Math.min(x - left, right - x) : 0;
    },
    arrow(line) {
      const [[ax, ay], [bx, by]] = [line.a, line.b];
      const length = Math.hypot(bx - ax, by - ay) || 1;
      // inward is to the right of a → b as the sheet is drawn (y downwards)
      const [nx, ny] = [-(by - ay) / length, (bx - ax) / length];
      const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
      const [far, side] = [this.px(18), this.px(5)];
      const [tx, ty] = [mx + nx * far, my + ny * far];
      const back = this.px(7);
      const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
      return `M${mx} ${my}L${tx} ${ty}M${tx - nx * back + ux * side} ${ty - ny * back + uy * side}L${tx} ${ty}L${tx - nx * back - ux * side} ${ty - ny * back - uy * side}`;
    },
    measure() {
      const svg = this.$refs.svg;
      if (!svg?.clientWidth) return;
      this.size = { w: svg.clientWidth, h: svg.clientHeight };
      if (this.isFitted) this.fit();
    },
    fit() {
      const { x, y, w, h } = this.bounds;
      const scale = Math.max(Math.min((this.size.w - 2 * MARGIN_PX.x) / w, (this.size.h - 2 * MARGIN_PX.y) / h), 0.1);
      const [vw, vh] = [this.size.w / scale, this.size.h / scale];
      this.view = { x: x - (vw - w) / 2, y: y - (vh - h) / 2, w: vw, h: vh };
      this.isFitted = true;
    },
    zoom(factor, at) {
      const limited = Math.min(Math.max(this.view.w / factor, (this.bounds.w * 1.05) / MAX_ZOOM), this.bounds.w * 3);
      const scale = limited / this.view.w;
      const [cx, cy] = at || [this.view.x + this.view.w / 2, this.view.y + this.view.h / 2];
      this.view = { x: cx - (cx - this.view.x) * scale, y: cy - (cy - this.view.y) * scale, w: this.view.w * scale, h: this.view.h * scale };
      this.tip = null;
      this.isFitted = false;
    },
    wheel(event) { this.zoom(Math.exp(-event.deltaY * 0.0016), this.metres(event)); },
    metres(event) {
      const matrix = this.$refs.svg.getScreenCTM().inverse();
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
      return [point.x, point.y];
    },
    press(event) {
      this.pointers[event.pointerId] = [event.clientX, event.clientY];
      const end = event.target.dataset.end;
      this.drag = { end, from: this.metres(event), moved: false, target: event.target };
      this.$refs.svg.setPointerCapture(event.pointerId);
    },
    move(event) {
      if (!this.drag) return this.hover(event);
      const before = Object.values(this.pointers);
      this.pointers[event.pointerId] = [event.clientX, event.clientY];
      const now = Object.values(this.pointers);
      if (now.length === 2) return this.pinch(before, now);
      const here = this.metres(event);
      if (this.drag.end) {
        this.shown.draft = { ...this.shown.draft, [this.drag.end]: here.map((n) => Math.round(n * 100) / 100) };
        this.drag.moved = true;
        return;
      }
      const [dx, dy] = [here[0] - this.drag.from[0], here[1] - this.drag.from[1]];
      if (Math.hypot(dx, dy) * this.pixelsPerMetre > 3) this.drag.moved = true;
      if (this.drag.moved) this.isFitted = false;
      if (this.drag.moved) this.view = { ...this.view, x: this.view.x - dx, y: this.view.y - dy };
    },
    pinch(before, now) {
      const apart = (pair) => Math.hypot(pair[0][0] - pair[1][0], pair[0][1] - pair[1][1]) || 1;
      const middle = { clientX: (now[0][0] + now[1][0]) / 2, clientY: (now[0][1] + now[1][1]) / 2 };
      this.drag.moved = true;
      if (before.length === 2) this.zoom(apart(now) / apart(before), this.metres(middle));
    },
    release(event) {
      delete this.pointers[event.pointerId];
      const drag = this.drag;
      if (Object.keys(this.pointers).length) return;
      this.drag = null;
      if (!drag) return;
      if (drag.end) return this.$emit("drafted", { a: this.shown.draft.a, b: this.shown.draft.b });
      if (!drag.moved && event.type === "pointerup") this.click(drag.target, event);
    },
    click(target, event) {
      if (this.shown.pins) return this.$emit("placed", this.metres(event).map((n) => Math.round(n * 100) / 100));
      const { unit } = target.dataset;
      const line = target.closest("[data-line]")?.dataset.line;
      const door = target.closest("[data-door]")?.dataset.door;
      if (line) this.$emit("line", line);
      else if (door) this.$emit("door", door);
      else if (unit) { this.hover(event, target); this.$emit("unit", unit); }
    },
    leave() { this.tip = null; },
    hover(event, known) {
      const target = known || event.target;
      const unit = target.dataset?.unit && this.shape.units.find((one) => String(one.id) === target.dataset.unit);
      const doorId = target.closest?.("[data-door]")?.dataset.door;
      const door = doorId && this.doors.find((one) => String(one.id) === doorId);
      if (!unit && !door) { this.tip = null; return; }
      const box = this.$el.getBoundingClientRect();
      const given = unit ? this.shown.units[unit.id] : door;
      this.tip = {
        title: unit ? `${unit.name}` : door.name,
        rows: [unit?.number, ...(given?.details || (given?.value ? [given.value] : []))].filter(Boolean),
        x: Math.min(Math.max(event.clientX - box.left, 90), box.width - 90), y: event.clientY - box.top,
      };
    },
    drawHeat() {
      const heat = this.shown.heat;
      if (!heat?.cells?.length) { this.heatPicture = null; return; }
      const xs = heat.cells.map((c) => c[0]), ys = heat.cells.map((c) => c[1]);
      const [x0, y0] = [Math.min(...xs) - 1, Math.min(...ys) - 1];
      const [w, h] = [Math.max(...xs) - x0 + 2, Math.max(...ys) - y0 + 2];
      const grid = blurred(gridOf(heat.cells, x0, y0, w, h), w, h);
      const canvas = document.createElement("canvas");
      canvas.width = w * HEAT_DETAIL;
      canvas.height = h * HEAT_DETAIL;
      paint(canvas, grid, w, h, heat.max || Math.max(...grid), ramp());
      this.heatPicture = { href: canvas.toDataURL(), x: x0 * heat.cell, y: y0 * heat.cell, w: w * heat.cell, h: h * heat.cell };
    },
  },
};

function ramp() {
  const style = getComputedStyle(document.body);
  return Array.from({ length: HEAT_STEPS }, (_, n) => {
    const hex = style.getPropertyValue(`--at-heat-${n + 1}`).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  });
}

function gridOf(cells, x0, y0, w, h) {
  const grid = new Float32Array(w * h);
  for (const [ix, iy, value] of cells) grid[(iy - y0) * w + (ix - x0)] += value;
  return grid;
}

function blurred(grid, w, h) {
  // a 3×3 binomial: takes the grain of single cells away without moving a hot spot
  const pass = (source, step, limit, at) => {
    const target = new Float32Array(source.length);
    for (let i = 0; i < source.length; i++) {
      const position = at(i);
      const before = position > 0 ? source[i - step] : 0;
      const after = position < limit - 1 ? source[i + step] : 0;
      target[i] = (before + 2 * source[i] + after) / 4;
    }
    return target;
  };
  return pass(pass(grid, 1, w, (i) => i % w), w, h, (i) => Math.floor(i / w));
}

function paint(canvas, grid, w, h, max, colors) {
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let py = 0; py < canvas.height; py++)
    for (let px = 0; px < canvas.width; px++) {
      const value = sample(grid, w, h, px / HEAT_DETAIL - 0.5, py / HEAT_DETAIL - 0.5) / max;
      if (value < 0.02) continue;
      const place = Math.min(Math.sqrt(value), 1) * (HEAT_STEPS - 1);
      const [low, part] = [Math.floor(place), place % 1];
      const [from, to] = [colors[low], colors[Math.min(low + 1, HEAT_STEPS - 1)]];
      const at = (py * canvas.width + px) * 4;
      for (let n = 0; n < 3; n++) picture.data[at + n] = from[n] + (to[n] - from[n]) * part;
      picture.data[at + 3] = 255 * Math.min(0.88, 0.12 + Math.sqrt(value) * 1.1);
    }
  context.putImageData(picture, 0, 0);
}

function sample(grid, w, h, x, y) {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (cx, cy) => (cx < 0 || cy < 0 || cx >= w || cy >= h ? 0 : grid[cy * w + cx]);
  return (at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) + (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy;
}
