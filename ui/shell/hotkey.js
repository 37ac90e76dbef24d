export default {
  template: '<template></template>',
  props: { letter: String },
  mounted() {
    this.listen = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === this.letter) {
        event.preventDefault();
        this.$emit('pressed');
      }
    };
    window.addEventListener('keydown', this.listen);
  },
  unmounted() {
    window.removeEventListener('keydown', this.listen);
  },
};
