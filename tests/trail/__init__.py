"""One loan's money followed by `monitor.trail`."""
