"""Where the monitor keeps what it fetches (cache) and what it must not lose (data) on this machine."""

import os
from pathlib import Path

import platformdirs

_APP = "post-loan-monitor"


def cache_dir() -> Path:
    """Folder of fetched things that can be fetched again; MONITOR_CACHE_DIR moves it."""
    return _chosen("MONITOR_CACHE_DIR") or platformdirs.user_cache_path(_APP)


def data_dir() -> Path:
    """Folder of local data, kept between runs; MONITOR_DATA_DIR moves it."""
    return _chosen("MONITOR_DATA_DIR") or platformdirs.user_data_path(_APP)


def _chosen(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value).expanduser().resolve() if value else None
