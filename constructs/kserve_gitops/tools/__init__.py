"""Programs and services outside of us: what they are asked, and what their failures mean. Only this package runs any."""
