"""Readings over time, for all that draws or lists them: runs, gaps, columns, ticks, clock. numpy, no Qt."""
