"""Programs and services outside of us: what they are asked, and what their failures mean. Nothing else runs any."""
