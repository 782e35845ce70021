"""A seeded, realistic extract of any size in the real file formats; everything in it is invented."""
