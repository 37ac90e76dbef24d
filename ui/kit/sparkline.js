// A tiny course without axes; gaps stay gaps, the last known point carries a dot.
const WIDTH = 100;
const HEIGHT = 32;
const INSET = 3;

export default {
  template: `
    <svg class="at-spark" :viewBox="'0 0 ' + width + ' ' + height" preserveAspectRatio="none" role="img" :aria-label="label">
      <path class="at-spark__area" :d="area"></path>
      <path :d="line"></path>
    </svg>`,
  props: { values: { type: Array, default: () => [] }, label: { type: String, default: "" } },
  data: () => ({ width: WIDTH, height: HEIGHT }),
  computed: {
    runs() {
      const known = this.values.filter((value) => value !== null);
      if (known.length < 2) return [];
      const low = Math.min(...known);
      const span = Math.max(...known) - low || 1;
      const step = WIDTH / (this.values.length - 1);
      const runs = [[]];
      this.values.forEach((value, index) => {
        if (value === null) runs.push([]);
        else runs.at(-1).push([index * step, HEIGHT - INSET - ((value - low) / span) * (HEIGHT - 2 * INSET)]);
      });
      return runs.filter((run) => run.length);
    },
    line() {
      return this.runs.map((run) => "M" + run.map((point) => point.map((n) => n.toFixed(1)).join(" ")).join("L")).join("");
    },
    area() {
      return this.runs
        .map((run) => `M${run[0][0]} ${HEIGHT}L` + run.map((point) => point.join(" ")).join("L") + `L${run.at(-1)[0]} ${HEIGHT}Z`)
        .join("");
    },
  },
};
