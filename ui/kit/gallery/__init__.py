"""The hidden page `/_kit`: every component in one place, in both lightings and both languages. All data is made up."""
