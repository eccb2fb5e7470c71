"""``bin/demo``: Lasso's main job, from an empty machine to reports delivered, with everything checked that can be."""
