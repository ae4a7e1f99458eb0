"""县情配置: what this county does differently, as dated data with presets."""
